/**
 * G8: a line of 100,000 waiters before one full show. What joining it, leaving it and being
 * offered a seat cost must not depend on its length, and 500 seats that come back at once must go
 * to its first 500 in one decision of at most 5 ms.
 */
import type { Children } from '../load/children.ts';
import { type LineCosts, LongLine, RETURNED } from '../micro/long-line.ts';
import { machine } from '../report/facts.ts';
import { median } from '../report/median.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport, Series } from '../report/run-report.ts';
import { verdictOn } from '../sweep/verdict.ts';

export const LINE_FIGURES = {
  join: 'join',
  leave: 'leave',
  offer: 'offer',
  cancel: '500 seats cancelled, served to the line',
  unblock: '500 seats unblocked, served to the line',
} as const;

export interface LineOptions {
  /** The longest line; the others are a tenth, a hundredth … of it. 100,000. */
  readonly waiters?: number;
  readonly rounds?: number;
  /** Times that 500 seats come back, each way; 20. */
  readonly groups?: number;
}

const WAITERS = 100_000;
const SHORTEST = 100;
const ROUNDS = 7;
const PER_ROUND = 1_000;
const GROUPS = 20;
const SECONDS = 12;

export async function lineScenario(
  _children: Children,
  options: LineOptions,
  progress: Progress,
): Promise<RunReport> {
  const { waiters = WAITERS, rounds = ROUNDS, groups = GROUPS } = options;
  progress.stretch('a line before one show', SECONDS);
  const line = await LongLine.open(groups);
  const costs: LineCosts[] = [];
  await warmUp(line);
  for (const length of lengthsUpTo(waiters)) {
    await line.growTo(length);
    costs.push(await line.measure(rounds, Math.min(PER_ROUND, length / 2)));
  }
  const cancelMs: number[] = [];
  const unblockMs: number[] = [];
  for (let group = 0; group < groups; group++) {
    await line.growTo(Math.max(waiters, RETURNED));
    cancelMs.push(await line.cancelGroup());
    await line.growTo(Math.max(waiters, RETURNED));
    unblockMs.push(await line.unblockGroup());
  }
  const { refused, lastRefusal } = line;
  const verdict = verdictOn(line.log.frames);
  return {
    scenario: 'line',
    settings: { waiters, rounds, groups },
    figures: figuresOf(costs, cancelMs, unblockMs),
    latencies: [],
    series: seriesOf(costs),
    verdict,
    warnings: [
      ...verdict.findings,
      ...(refused === 0 ? [] : [`${refused} requests were refused (${lastRefusal})`]),
    ],
    machine: machine(),
  };
}

/** The first thousands of decisions are slower whatever the line is like. */
async function warmUp(line: LongLine): Promise<void> {
  await line.growTo(SHORTEST);
  for (let round = 0; round < 5; round++) await line.measure(10, SHORTEST / 2);
}

function lengthsUpTo(waiters: number): readonly number[] {
  const lengths: number[] = [];
  for (let length = SHORTEST; length < waiters; length *= 10) lengths.push(length);
  return [...lengths, waiters];
}

const steps = ['join', 'leave', 'offer'] as const;
const usOf = (cost: LineCosts, step: (typeof steps)[number]): number =>
  ({ join: cost.joinUs, leave: cost.leaveUs, offer: cost.offerUs })[step];

function figuresOf(
  costs: readonly LineCosts[],
  cancelMs: readonly number[],
  unblockMs: readonly number[],
): readonly Figure[] {
  const [shortest] = costs;
  const longest = costs.at(-1);
  const figures = costs.flatMap((cost) =>
    steps.map((step) => {
      const at = cost.waiters.toLocaleString('en-US');
      return lower(`${LINE_FIGURES[step]}, ${at} waiting`, usOf(cost, step), 'µs');
    }),
  );
  if (shortest !== undefined && longest !== undefined) {
    for (const step of steps) {
      const growth = usOf(longest, step) / usOf(shortest, step);
      figures.push(lower(`${step}: longest line against shortest`, growth, '×'));
    }
  }
  const spread = (values: readonly number[]) =>
    `median of ${values.length}, ${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
  return [
    ...figures,
    { ...lower(LINE_FIGURES.cancel, median(cancelMs), 'ms'), note: spread(cancelMs) },
    { ...lower(LINE_FIGURES.unblock, median(unblockMs), 'ms'), note: spread(unblockMs) },
    lower(`${LINE_FIGURES.cancel}, worst`, Math.max(...cancelMs), 'ms'),
  ];
}

function lower(name: string, value: number, unit: string): Figure {
  return { name, value: Number(value.toPrecision(4)), unit, better: 'lower' };
}

function seriesOf(costs: readonly LineCosts[]): readonly Series[] {
  return steps.map((step) => ({
    name: `${LINE_FIGURES[step]} by waiters`,
    unit: 'µs',
    points: costs.map((cost) => [cost.waiters, usOf(cost, step)] as const),
  }));
}
