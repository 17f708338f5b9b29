/** How budgets are judged, put together from several runs, and written into the page of results. */
import { afterAll, describe, expect, it } from 'vitest';
import { budgetIds, budgets, isMet, judge } from '../../bench/budgets/goals.ts';
import { BEGIN, END, type MeasuredResults, withResults } from '../../bench/budgets/results-page.ts';
import { combineBudgets } from '../../bench/budgets/spread.ts';
import { Children } from '../../bench/load/children.ts';
import type { RunReport } from '../../bench/report/run-report.ts';
import { combineFigures } from '../../bench/report/spread.ts';
import { built } from '../support/built.ts';

type Measure = typeof import('../../bench/budgets/measure.ts');

// The built form, as it starts processes of its own.
const { measureBudgets } = (await import(built('bench/budgets/measure.js'))) as Measure;

const children = new Children();
const progress = { stretch: () => undefined, stop: () => undefined };
const machine = { node: 'v20.20.2', cores: 2, loadAverage: 1 };

afterAll(() => children.killAll());

/** A report in which every figure that any budget reads is this much. */
function reportOf(scenario: string, figures: Readonly<Record<string, number>>): RunReport {
  return {
    scenario,
    settings: { contenders: 10, seats: 5, sockets: 10 },
    figures: Object.entries(figures).map(([name, value]) => {
      return { name, value, unit: 's', better: 'lower' };
    }),
    latencies: [],
    series: [],
    verdict: null,
    warnings: ['noisy'],
    machine,
  };
}

describe('the budgets', () => {
  it('are the eight of them, each with a goal', () => {
    expect(budgetIds).toEqual(['G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8']);
    for (const { parts } of budgets) for (const { goal } of parts) expect(goal).toBeGreaterThan(0);
  });

  it('are met from the goal on, in the direction that is better', () => {
    expect(isMet({ better: 'higher', goal: 2 }, 2)).toBe(true);
    expect(isMet({ better: 'higher', goal: 2 }, 1.99)).toBe(false);
    expect(isMet({ better: 'lower', goal: 2 }, 2)).toBe(true);
    expect(isMet({ better: 'lower', goal: 2 }, 2.01)).toBe(false);
    expect(isMet({ better: 'lower', goal: 2 }, Number.NaN)).toBe(false);
  });

  it('are missed where one part is', () => {
    const [first] = budgets;
    if (first === undefined) throw new Error('there is a first budget');
    const runs = (rate: number, ratio: number) => () => {
      return reportOf('engine', {
        'decisions a second, decide and evolve alone': rate,
        'crowded against empty, decide and evolve alone': ratio,
      });
    };
    expect(judge(first, runs(2e6, 1))).toMatchObject({ id: 'G1', value: 2e6, met: true });
    expect(judge(first, runs(2e6, 0.5))).toMatchObject({ met: false });
    expect(judge(first, runs(1e6, 1))).toMatchObject({ value: 1e6, goal: 2e6, met: false });
    expect(() => judge(first, () => reportOf('engine', {}))).toThrow(/there is no figure/);
  });

  it('of several runs go by their median', () => {
    const part = { name: 'decided', goal: 10, unit: '/s', better: 'higher' } as const;
    const of = (value: number) => {
      const parts = [{ ...part, value, met: value >= 10 }];
      return { id: 'G1', text: 'x', value, goal: 10, unit: '/s', met: value >= 10, parts } as const;
    };
    const [combined] = combineBudgets([[of(9)], [of(30)], [of(11)]]);
    expect(combined).toMatchObject({ value: 11, met: true });
    expect(combined?.parts[0]).toMatchObject({ value: 11, least: 9, most: 30, runs: [9, 30, 11] });
    expect(combineBudgets([])).toEqual([]);
  });

  it('are measured from runs that really run', async () => {
    const effort = { seed: 1, short: true };
    const measured = await measureBudgets(children, ['G3', 'G7', 'G8'], effort, progress);
    expect(measured.budgets.map(({ id }) => id)).toEqual(['G3', 'G7', 'G8']);
    expect(measured.reports.map(({ scenario }) => scenario)).toEqual(['single', 'memory', 'line']);
    for (const { parts, value } of measured.budgets) {
      expect(value).toBe(parts[0]?.value);
      for (const part of parts) expect(Number.isFinite(part.value)).toBe(true);
    }
  }, 60_000);
});

describe('figures of several runs', () => {
  it('are those that all runs have, with their median and spread', () => {
    const runs = [3, 1, 2].map((value) => reportOf('hold', { a: value, [`only ${value}`]: 1 }));
    expect(combineFigures(runs)).toMatchObject([
      { name: 'a', value: 2, least: 1, most: 3, runs: [3, 1, 2] },
    ]);
    expect(combineFigures([])).toEqual([]);
  });
});

describe('the page of results', () => {
  const sale = reportOf('onsale', { 'sold out after': 12, 'p99 of a decision': 480 });
  const results: MeasuredResults = {
    budgets: [],
    runs: 2,
    reports: [reportOf('hold', { a: 1 })],
    onsale: sale,
    onsalePostgres: reportOf('onsale-postgres', { 'sold out after': 24 }),
    browse: reportOf('browse', { 'requests a second': 20_000 }),
    growth: reportOf('growth', {}),
    seed: 1,
    date: '2026-11-23',
  };

  it('is changed between its marks and nowhere else', () => {
    const page = `before\n${BEGIN}\nwhat stood there\n${END}\nafter\n`;
    const once = withResults(page, results);
    expect(once.startsWith(`before\n${BEGIN}\n`)).toBe(true);
    expect(once.endsWith(`\n${END}\nafter\n`)).toBe(true);
    expect(once).not.toContain('what stood there');
    expect(once).toContain('| sold out after | 12 s | 24 s | 2 × |');
    expect(withResults(once, results)).toBe(once);
  });

  it('is not touched where it has lost its marks', () => {
    expect(() => withResults('no marks', results)).toThrow(/needs the lines/);
    expect(() => withResults(`${END}\n${BEGIN}`, results)).toThrow(/needs the lines/);
  });
});
