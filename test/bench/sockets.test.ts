/**
 * The scenarios that load a real server over sockets, each in a short form: what they count is
 * what happened, and the auditor finds nothing.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { Children } from '../../bench/load/children.ts';
import { planContenders } from '../../bench/onsale/contenders.ts';
import type { RunReport } from '../../bench/report/run-report.ts';
import { built } from '../support/built.ts';

type All = typeof import('../../bench/scenarios/all.ts');

// The built form, as these start processes of their own.
const { scenarios } = (await import(built('bench/scenarios/all.js'))) as All;

const children = new Children();
const progress = { stretch: () => undefined, stop: () => undefined };
const common = { seed: 3, target: undefined, profileDirectory: undefined };
const aSecond = { seconds: 1, warmupSeconds: 0 };

afterAll(() => children.killAll());

function figureOf(report: RunReport, name: string): number {
  const figure = report.figures.find((each) => each.name === name);
  expect(figure, `${name} is among the figures`).toBeDefined();
  return figure?.value ?? Number.NaN;
}

/** Nothing found, and everything that was acknowledged is there. */
function expectSound(report: RunReport): void {
  expect(report.verdict).toMatchObject({
    seatsSoldTwice: 0,
    overtakings: 0,
    lostAcknowledgements: 0,
    otherFindings: 0,
  });
  expect(report.verdict?.decisionsAudited).toBeGreaterThan(0);
}

describe('hold', () => {
  it('[D1] loses nothing that it acknowledged, and is compared with an echo', async () => {
    const size = { connections: 4, pipeline: 4, clients: 1, shows: 8 };
    const report = await scenarios.hold.run(children, { ...common, ...aSecond, ...size }, progress);
    expectSound(report);
    expect(figureOf(report, 'durable decisions a second')).toBeGreaterThan(0);
    const ratio = figureOf(report, 'ratio to raw echo');
    expect(ratio).toBeGreaterThan(0);
    expect(ratio).toBeLessThan(1);
  });

  it('says how many shows it needs where they have too few seats', async () => {
    const size = { connections: 2_000, pipeline: 4, clients: 1, shows: 1 };
    const run = scenarios.hold.run(children, { ...common, ...aSecond, ...size }, progress);
    await expect(run).rejects.toThrow(/ask for more --shows or for less --pipeline/);
  });
});

describe('open-hold', () => {
  it('[D1] sends what is due when it is due', async () => {
    const size = { connections: 8, rate: 400, clients: 1, shows: 8 };
    const options = { ...common, ...aSecond, ...size };
    const report = await scenarios['open-hold'].run(children, options, progress);
    expectSound(report);
    // A Poisson process of 400 a second: seven deviations to either side.
    const perSecond = figureOf(report, 'durable decisions a second');
    expect(perSecond).toBeGreaterThan(260);
    expect(perSecond).toBeLessThan(540);
    expect(figureOf(report, 'p50')).toBeLessThanOrEqual(figureOf(report, 'p99'));
    expect(figureOf(report, 'arrivals scheduled')).toBeGreaterThan(260);
    expect(figureOf(report, 'arrivals answered')).toBe(figureOf(report, 'arrivals scheduled'));
  });
});

describe('watch', () => {
  it('shows every change to every watcher, and its age', async () => {
    const size = { watchers: 20, rate: 100, clients: 1 };
    const report = await scenarios.watch.run(
      children,
      { ...common, ...aSecond, ...size },
      progress,
    );
    expectSound(report);
    expect(report.warnings).toEqual([]);
    expect(figureOf(report, 'deliveries a second')).toBeGreaterThan(20);
    // Of a hundred arrivals a second, and not those of the end of the run on top.
    expect(figureOf(report, 'decisions of the show a second')).toBeGreaterThan(40);
    expect(figureOf(report, 'decisions of the show a second')).toBeLessThan(160);
    const age = figureOf(report, 'p50 age of a seat on screen');
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThan(5_000);
  });
});

describe('browse', () => {
  it('is answered everything it asks for', async () => {
    const size = { connections: 4, clients: 1, shows: 20 };
    const report = await scenarios.browse.run(
      children,
      { ...common, ...aSecond, ...size },
      progress,
    );
    expect(report.warnings).toEqual([]);
    expect(figureOf(report, 'requests a second')).toBeGreaterThan(0);
    expect(figureOf(report, 'bytes an answer')).toBeGreaterThan(50);
    expect(figureOf(report, 'p50')).toBeGreaterThan(0);
    expect(figureOf(report, 'p50')).toBeLessThanOrEqual(figureOf(report, 'p99'));
  });
});

describe('onsale', () => {
  it('[S2] [W2] [W5] [D1] sells every seat once, in order, and tells everybody', async () => {
    const size = { contenders: 120, seats: 60, sockets: 80, mostSeconds: 40 };
    const report = await scenarios.onsale.run(children, { ...common, ...size }, progress);
    expectSound(report);
    expect(report.warnings).toEqual([]);
    expect(figureOf(report, 'seats booked')).toBe(60);
    const ends = ['parties served', 'parties that walked away', 'parties unserved'];
    const all = ends.map((name) => figureOf(report, name));
    expect(all.reduce((sum, count) => sum + count, 0)).toBe(120);
    expect(figureOf(report, 'busiest quarter second of the load')).toBeGreaterThan(0);
    const booked = report.series.find(({ name }) => name === 'booked');
    expect(booked?.points.at(-1)?.[1]).toBeGreaterThan(50);
  });
});

describe('the contenders of an on-sale', () => {
  it('are the same from the same seed, and others from another', () => {
    expect(planContenders(500, 7)).toEqual(planContenders(500, 7));
    expect(planContenders(500, 7)).not.toEqual(planContenders(500, 8));
    expect(planContenders(500, 7).slice(0, 100)).toEqual(planContenders(100, 7));
  });

  it('want one to four seats, and some of them walk away', () => {
    const all = planContenders(4_000, 1);
    expect(new Set(all.map(({ party }) => party))).toEqual(new Set([1, 2, 3, 4]));
    const share = all.filter(({ abandons }) => abandons).length / all.length;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.25);
    expect(all.every(({ party, drops }) => party > 1 || !drops)).toBe(true);
  });
});
