/**
 * The scenarios that restart from a log, each in a short form: what was written is all recovered,
 * with and without snapshots, and sizes that cannot be are refused before anything is written.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { Children } from '../../bench/load/children.ts';
import type { RunReport } from '../../bench/report/run-report.ts';
import { built } from '../support/built.ts';

type Recover = typeof import('../../bench/scenarios/recover.ts');
type Day = typeof import('../../bench/scenarios/day.ts');

// The built form, as these start processes of their own.
const { recoverScenario } = (await import(built('bench/scenarios/recover.js'))) as Recover;
const { dayScenario } = (await import(built('bench/scenarios/day.js'))) as Day;

const children = new Children();
const progress = { stretch: () => undefined, stop: () => undefined };

afterAll(() => children.killAll());

function figureOf(report: RunReport, name: string): number {
  const figure = report.figures.find((each) => each.name === name);
  expect(figure, `${name} is among the figures`).toBeDefined();
  return figure?.value ?? Number.NaN;
}

describe('a restart', () => {
  it('replays a log without snapshots, decision by decision', async () => {
    const report = await recoverScenario(children, { events: 5_000 }, progress);
    expect(report.warnings).toEqual([]);
    expect(figureOf(report, 'snapshots taken')).toBe(0);
    // Every booking's hold and itself, every fourth release and its hold, every hold left open.
    const written = figureOf(report, 'decisions in the log');
    expect(written).toBeGreaterThanOrEqual(5_000);
    expect(report.verdict?.decisionsAudited).toBeGreaterThanOrEqual(written);
    expect(report.verdict).toMatchObject({ seatsSoldTwice: 0, otherFindings: 0 });
    expect(figureOf(report, 'decisions recovered a second')).toBeGreaterThan(0);
  });

  it('starts a day from its snapshots and the frames after them', async () => {
    const report = await dayScenario(children, { dayShows: 200, dayBookings: 4_000 }, progress);
    expect(report.warnings).toEqual([]);
    expect(figureOf(report, 'snapshots taken')).toBeGreaterThan(0);
    expect(report.verdict).toMatchObject({ seatsSoldTwice: 0, otherFindings: 0 });
    expect(figureOf(report, 'most resident memory')).toBeGreaterThan(20);
  });

  it('is not asked for more than fits into the shows', async () => {
    const crowded = dayScenario(children, { dayShows: 1, dayBookings: 10_000 }, progress);
    await expect(crowded).rejects.toThrow('there is room for 720');
    const packed = recoverScenario(children, { events: 1_000_000, recoverShows: 1 }, progress);
    await expect(packed).rejects.toThrow('ask for more shows');
  });
});
