/**
 * The paper checked by doing it: a day at 1:N, once as it comes on the mean, a decision a commit,
 * and once as a crowd brings it. Bytes, CPU and memory are predicted by the formulas first.
 */
import type { Progress } from '../report/progress.ts';
import { type Costs, decisionCpuUs, decisionFileBytes } from './batching.ts';
import { bookingsADay, perBooking, showsADay } from './formulas.ts';
import { type RunSize, type RunTotals, runOnSqlite } from './sqlite-run.ts';
import type { Traffic } from './traffic.ts';

export interface Checked {
  readonly what: string;
  readonly unit: string;
  readonly predicted: number;
  readonly measured: number;
}

export interface Check {
  readonly title: string;
  readonly scale: number;
  readonly decisions: number;
  readonly results: readonly Checked[];
}

const A_CROWD = 128;
/** Off by more than this, the paper's unit costs are another machine's. */
export const TRUSTED = 1.5;

export async function checkPaper(
  traffic: Traffic,
  costs: Costs,
  scale: number,
  progress: Progress,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const [title, decisionsPerCommit] of [
    ['A day at the mean, a decision a commit', 1],
    [`The same in a crowd, ${A_CROWD} decisions a commit`, A_CROWD],
  ] as const) {
    const size = sizeAt(traffic, scale, decisionsPerCommit);
    const us = size.decisions * decisionCpuUs(decisionsPerCommit, costs);
    progress.stretch(title, 1 + (2 * us) / 1e6);
    const totals = await runOnSqlite(size);
    checks.push({
      title,
      scale,
      decisions: totals.decisions,
      results: compared(totals, decisionsPerCommit, costs),
    });
  }
  return checks;
}

function sizeAt(traffic: Traffic, scale: number, decisionsPerCommit: number): RunSize {
  const decisions = (bookingsADay(traffic) * perBooking(traffic).decisions) / scale;
  const shows = Math.max(1, Math.round(showsADay(traffic) / scale));
  return {
    shows,
    // Enough that chance fills no hall: the mean show sells a small part of its seats.
    seatsPerShow: Math.ceil(100 + (2 * decisions) / shows),
    decisions: Math.ceil(decisions),
    decisionsPerCommit,
    holdsPerBooking: traffic.holdsPerBooking,
    seed: 1,
  };
}

export function compared(
  totals: RunTotals,
  decisionsPerCommit: number,
  costs: Costs,
): readonly Checked[] {
  const { decisions, bookings, cpuUs, fileBytes, memoryBytes } = totals;
  const cpu = decisions * decisionCpuUs(decisionsPerCommit, costs);
  const file = decisions * decisionFileBytes(decisionsPerCommit, costs);
  // Who gave back a hold is remembered for an hour, and that is nearly all a booking takes too.
  const people = decisions / 2;
  const memory = bookings * costs.bookingBytes + (people - bookings) * costs.holdBytes;
  return [
    { what: 'CPU', unit: 's', predicted: cpu / 1e6, measured: cpuUs / 1e6 },
    { what: 'log file', unit: 'bytes', predicted: file, measured: fileBytes },
    { what: 'memory', unit: 'bytes', predicted: memory, measured: memoryBytes },
  ];
}

/** What is further off than can be trusted, in sentences. */
export function warningsOf(checks: readonly Check[]): readonly string[] {
  return checks.flatMap(({ title, results }) =>
    results.flatMap(({ what, predicted, measured }) => {
      const ratio = measured / predicted;
      if (ratio < TRUSTED && ratio > 1 / TRUSTED) return [];
      return (
        `${title}: ${what} is ${ratio.toPrecision(2)} times what the paper says; its unit costs ` +
        'are from another machine or another version: run with --measure'
      );
    }),
  );
}
