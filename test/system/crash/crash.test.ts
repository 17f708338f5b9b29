/**
 * The short form of `npm run crash`: a server killed in every way, a file made anew in between.
 * The long one kills it two hundred times.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { runCrashLoop } from './crash-loop.ts';
import type { CrashTally } from './tally.ts';

const CYCLES = 10;
let tally: CrashTally;

beforeAll(async () => {
  // A seed that kills at every kind of moment.
  tally = await runCrashLoop({ cycles: CYCLES, seed: 6 });
}, 90_000);

describe('a server killed again and again under load, at start and while it stops', () => {
  it('was killed at every kind of moment, and acknowledged much in between', () => {
    const { kills, acknowledged, acknowledgedByType } = tally;
    console.log(JSON.stringify({ kills, acknowledged, ...acknowledgedByType }));
    expect(kills.load + kills.start + kills.stop).toBe(CYCLES);
    expect(Math.min(...Object.values(kills))).toBeGreaterThan(0);
    expect(acknowledged).toBeGreaterThan(1_000);
    for (const type of ['held', 'released', 'waiting', 'booked', 'cancelled']) {
      expect(acknowledgedByType[type] ?? 0, type).toBeGreaterThan(0);
    }
  });

  it('[D1] [D2] lost nothing that it had acknowledged', () => {
    expect(tally.lost).toEqual([]);
    expect(tally.doubts).toBe(0);
  });

  it('[S2] gave no seat to two', () => {
    expect(tally.soldTwice).toEqual([]);
  });

  it('[W2] let nobody overtake', () => {
    expect(tally.overtakings).toEqual([]);
  });

  it('[F1] [F2] [T1] has a log without a gap, a break or a fall of time', () => {
    expect(tally.audits).toBeGreaterThan(2);
    expect(tally.others).toEqual([]);
  });
});
