/**
 * The scenarios that run in the bench's own process, each in a short form: they must decide what
 * they say they decide, refuse nothing, and leave a log in which the auditor finds nothing. How
 * fast they are is not asked here.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { Children } from '../../bench/load/children.ts';
import type { Profile } from '../../bench/micro/parts.ts';
import { partsOf } from '../../bench/micro/parts.ts';
import type { RunReport } from '../../bench/report/run-report.ts';
import { ENGINE_FIGURES, engineScenario } from '../../bench/scenarios/engine.ts';
import { LINE_FIGURES, lineScenario } from '../../bench/scenarios/line.ts';
import { MEMORY_FIGURES, memoryScenario } from '../../bench/scenarios/memory.ts';

const children = new Children();
const progress = { stretch: () => undefined, stop: () => undefined };

afterAll(() => children.killAll());

function figureOf(report: RunReport, name: string): number {
  const figure = report.figures.find((each) => each.name === name);
  expect(figure, `${name} is among the figures`).toBeDefined();
  return figure?.value ?? Number.NaN;
}

function expectSound(report: RunReport): void {
  expect(report.warnings).toEqual([]);
  expect(report.verdict).toMatchObject({ seatsSoldTwice: 0, overtakings: 0, otherFindings: 0 });
}

describe('engine', () => {
  it('decides holds and releases by every way it is measured, and refuses none', async () => {
    const report = await engineScenario(
      children,
      { connections: 4, pipeline: 8, shows: 5, seconds: 0.05, warmupSeconds: 0.01, standing: 50 },
      progress,
    );
    expectSound(report);
    expect(figureOf(report, ENGINE_FIGURES.pure)).toBeGreaterThan(0);
    expect(figureOf(report, ENGINE_FIGURES.shard)).toBeGreaterThan(0);
    expect(figureOf(report, ENGINE_FIGURES.library)).toBeGreaterThan(0);
    // Every decision of the shard is in the log that the auditor read.
    expect(report.verdict?.decisionsAudited).toBeGreaterThan(4 * 8 * 2);
  });
});

describe('line', () => {
  it('offers every seat of 500 that come back to a line that is longer [W3]', async () => {
    const report = await lineScenario(children, { waiters: 600, rounds: 1, groups: 1 }, progress);
    expectSound(report);
    expect(figureOf(report, LINE_FIGURES.cancel)).toBeGreaterThan(0);
    expect(report.series.map(({ points }) => points.map(([waiters]) => waiters))).toEqual([
      [100, 600],
      [100, 600],
      [100, 600],
    ]);
  });
});

describe('memory', () => {
  it('weighs shows, holds and log bytes, each more than nothing and none absurd', async () => {
    const sizes = { weighedShows: 1_000, weighedUsers: 500 };
    const report = await memoryScenario(children, sizes, progress);
    const bytes = figureOf(report, MEMORY_FIGURES.logBytesPerHold);
    expect(bytes).toBeGreaterThan(20);
    expect(bytes).toBeLessThan(400);
    // The seats' bitmap alone takes 500 bytes.
    expect(figureOf(report, MEMORY_FIGURES.idleShow)).toBeGreaterThan(500);
  });
});

describe('the parts of a profile', () => {
  const frame = (functionName: string, url = '') => ({ functionName, url });

  it('gives a sample to the innermost part around it, and to none what is not ours', () => {
    const profile: Profile = {
      nodes: [
        { id: 1, callFrame: frame('(root)'), children: [2, 5, 6] },
        { id: 2, callFrame: frame('decide', 'engine/show/decide.js'), children: [3] },
        { id: 3, callFrame: frame('checkSeats'), children: [4] },
        { id: 4, callFrame: frame('(garbage collector)') },
        { id: 5, callFrame: frame('(program)') },
        { id: 6, callFrame: frame('turn') },
      ],
      samples: [2, 3, 4, 5, 6],
      timeDeltas: [10, 20, 5, 1_000, 1],
    };
    const rules = [{ part: 'decide', function: 'decide', file: 'show/decide' }];
    expect(partsOf(profile, rules)).toEqual([
      ['decide', 30],
      ['garbage collection', 5],
      ['the rest', 1],
    ]);
  });
});
