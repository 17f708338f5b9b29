/**
 * The peers in a short form, for real: PostgreSQL, Redis and SQLite do the hold scenario's work,
 * hold no seat twice and lose nothing, and leave no process and no folder behind. Where PostgreSQL
 * or Redis is missing and cannot be fetched, these fail naming the command that installs it.
 */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Children } from '../../../bench/load/children.ts';
import type { RunReport } from '../../../bench/report/run-report.ts';
import { built } from '../../support/built.ts';

type Peers = typeof import('../../../bench/scenarios/peers.ts');
type Servers = typeof import('../../../bench/peers/peer-server.ts');

// The built form, as these start processes of their own.
const { peersScenario, PEERS_FIGURES } = (await import(built('bench/scenarios/peers.js'))) as Peers;
const { startPostgres, startRedis } = (await import(
  built('bench/peers/peer-server.js')
)) as Servers;

/** What is missing is fetched first. */
const FETCH_MS = 120_000;
const children = new Children();
const progress = { stretch: () => undefined, stop: () => undefined };
const short = { seconds: 1, warmupSeconds: 0, shows: 20, connections: 8, pipeline: 8, seed: 3 };

afterAll(() => children.killAll());

function figureOf(report: RunReport, name: string): number {
  return report.figures.find((each) => each.name === name)?.value ?? Number.NaN;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('peers', () => {
  it(
    'do the work of the hold scenario, each sound by its own queries',
    async () => {
      const report = await peersScenario(children, short, progress);
      expect(report.verdict).toMatchObject({
        seatsSoldTwice: 0,
        lostAcknowledgements: 0,
        otherFindings: 0,
        findings: [],
      });
      expect(report.warnings.filter((warning) => !warning.includes('bottleneck'))).toEqual([]);
      for (const name of Object.values(PEERS_FIGURES)) {
        expect(figureOf(report, name), name).toBeGreaterThan(50);
      }
      const counted = Object.values(PEERS_FIGURES).map((name) => figureOf(report, name));
      const acknowledged = counted.reduce((sum, perSecond) => sum + perSecond, 0);
      expect(report.verdict?.decisionsAudited).toBeGreaterThan(0.5 * acknowledged);
      expect(report.latencies.map(({ name }) => name)).toHaveLength(4);
    },
    FETCH_MS,
  );

  it(
    'leave neither a process nor a folder behind',
    async () => {
      for (const start of [startPostgres, startRedis]) {
        const server = await start(children);
        // PostgreSQL's is the folder itself.
        const folder = server.socket.endsWith('.sock') ? dirname(server.socket) : server.socket;
        expect(isRunning(server.pid)).toBe(true);
        expect(existsSync(folder)).toBe(true);
        await server.stop();
        expect(isRunning(server.pid)).toBe(false);
        expect(existsSync(folder)).toBe(false);
      }
    },
    FETCH_MS,
  );

  it('are not asked for more seats than there are', async () => {
    const crowded = peersScenario(children, { ...short, shows: 1, connections: 100 }, progress);
    await expect(crowded).rejects.toThrow('ask for more --shows');
  });
});
