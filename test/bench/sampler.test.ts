/** What the bench reads of a server's metrics. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { readMetrics, Sampler } from '../../bench/load/sampler.ts';

describe('metrics', () => {
  it('are summed over their labels, and nothing else is taken for one', () => {
    const text = [
      '# HELP usher_mailbox Requests waiting',
      'usher_mailbox{shard="0"} 3',
      'usher_mailbox{shard="1"} 4',
      'usher_decisions_total 12',
      'usher_event_loop_lag_ms{shard="0"} 1.5e-1',
      'not a metric',
      '',
    ].join('\n');
    expect([...readMetrics(text)]).toEqual([
      ['usher_mailbox', 7],
      ['usher_decisions_total', 12],
      ['usher_event_loop_lag_ms', 0.15],
    ]);
  });

  it('become lines over time: totals as their pace', async () => {
    let reading = 0;
    const server = createServer((_, answer) => {
      reading++;
      answer.end(`usher_decisions_total ${1_000 * reading}\nusher_mailbox 5\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const sampler = new Sampler({ host: '127.0.0.1', port });
    sampler.start();
    await vi.waitFor(() => expect(reading).toBeGreaterThan(2), 5_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const series = new Map(sampler.stop().map((each) => [each.name, each]));
    server.close();
    expect([...series.keys()]).toEqual(['decisions', 'waiting to be decided']);
    for (const [, pace] of series.get('decisions')?.points ?? []) {
      expect(pace).toBeGreaterThan(200);
      expect(pace).toBeLessThan(4_000);
    }
    expect(series.get('waiting to be decided')?.points[0]).toEqual([0, 5]);
  });

  it('of a server that has none are nothing', async () => {
    const sampler = new Sampler({ host: '127.0.0.1', port: 1 });
    sampler.start();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sampler.stop()).toEqual([]);
  });
});
