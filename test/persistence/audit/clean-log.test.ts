/** What the real engine writes, the auditor finds nothing wrong with: no frame, and no reply. */
import { describe, expect, it } from 'vitest';
import { Auditor } from '../../../persistence/audit/auditor.ts';
import { chanceOf, randomLog } from './random-log.ts';

describe('a log of the real engine under random commands', () => {
  it('[F2] audits clean, with every reply, whether that comes before its frame or after', async () => {
    const done = new Map<string, number>();
    let events = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const log = await randomLog({ seed, steps: 300 });
      const chance = chanceOf(seed);
      const auditor = new Auditor({ history: true });
      const early = log.seen.filter(() => chance(2) === 0);
      const late = log.seen.filter((reply) => !early.includes(reply));
      for (const reply of early) auditor.reply(reply);
      for (const row of log.rows) auditor.frame(row);
      for (const reply of late) auditor.reply(reply);
      expect(auditor.finish(), `seed ${seed}`).toEqual([]);
      events += auditor.counts.events;
      for (const [kind, count] of log.done) done.set(kind, (done.get(kind) ?? 0) + count);
    }
    expect(events).toBeGreaterThan(1_000);
    for (const kind of ['held', 'booked', 'cancelled', 'waiting', 'left', 'released', 'push']) {
      expect(done.get(kind) ?? 0, kind).toBeGreaterThan(20);
    }
  });
});
