/**
 * That an open loop does not spare the server it measures: a real one is stopped in the middle of
 * the measured stretch and let go on after it, and everybody who came meanwhile is in the figures.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Children } from '../../bench/load/children.ts';
import { built } from '../support/built.ts';

type Discover = typeof import('../../bench/load/discover.ts');
type RunLoad = typeof import('../../bench/load/run-load.ts');
type Server = typeof import('../../bench/load/server-under-test.ts');

// The built form, as these start processes of their own.
const { discoverShows } = (await import(built('bench/load/discover.js'))) as Discover;
const { runLoad } = (await import(built('bench/load/run-load.js'))) as RunLoad;
const { startServer } = (await import(built('bench/load/server-under-test.js'))) as Server;

const options = { profileDirectory: undefined, demo: true } as const;
const RATE = 400;
const SECONDS = 1;
const STOPPED_AFTER_MS = 500;
const STOPPED_FOR_MS = 900;

const children = new Children();
const directory = mkdtempSync(join(tmpdir(), 'usher-open-loop-'));

afterAll(() => {
  children.killAll();
  rmSync(directory, { recursive: true, force: true });
});

describe('an open loop', () => {
  it('counts everybody who came while the server stood still, also past its end', async () => {
    const dataPath = join(directory, 'usher.db');
    const server = await startServer(children, { ...options, dataPath });
    const { host, port, pid } = server;
    const stand = () => {
      setTimeout(() => process.kill(pid, 'SIGSTOP'), STOPPED_AFTER_MS);
      setTimeout(() => process.kill(pid, 'SIGCONT'), STOPPED_AFTER_MS + STOPPED_FOR_MS);
    };
    const shows = await discoverShows(host, port, 8, 1);
    const load = await runLoad(children, {
      ...{ scenario: 'hold', host, port, serverPid: pid, shows, sellers: 0, clients: 1 },
      ...{ connections: 4, pipeline: 8, rate: RATE, seconds: SECONDS, warmupSeconds: 0, seed: 1 },
      acksPath: () => join(directory, 'acks'),
      onMeasuring: stand,
    });
    await children.kill(server.process);
    expect(load.errors).toEqual({});
    expect(load.arrivals).toBeGreaterThan(RATE * SECONDS * 0.6);
    expect(load.latencies.totalCount).toBe(load.arrivals);
    // Whoever came in the second half had to wait for the server to go on after the end.
    const waitedMs = (SECONDS * 1_000 - STOPPED_AFTER_MS) / 2;
    expect(load.latencies.getValueAtPercentile(75) / 1_000).toBeGreaterThan(waitedMs);
    expect(load.latencies.getValueAtPercentile(25) / 1_000).toBeLessThan(waitedMs);
  });
});
