/**
 * Unit costs from runs that differ in how many decisions share a frame and a commit:
 *
 *   CPU of a run  = decisions × decisionUs + frames × frameUs + commits × commitUs
 *   file of a run = decisions × decisionBytes + frames × frameBytes
 *
 * Three runs for three unknowns, two for two; solved exactly.
 */
import type { RunTotals } from './sqlite-run.ts';

type Row = readonly [coefficients: readonly number[], result: number];

export interface FittedCosts {
  readonly decisionUs: number;
  readonly frameUs: number;
  readonly commitUs: number;
  readonly decisionBytes: number;
  readonly frameBytes: number;
}

type FittedFrom = Pick<RunTotals, 'decisions' | 'frames' | 'commits' | 'cpuUs' | 'fileBytes'>;

/** Runs from the fewest to the most decisions a commit. */
export function fitCosts(
  alone: FittedFrom,
  some: FittedFrom,
  crowd: FittedFrom,
): FittedCosts | undefined {
  const cpu = solve(
    [alone, some, crowd].map(({ decisions, frames, commits, cpuUs }): Row => {
      return [[1, frames / decisions, commits / decisions], cpuUs / decisions];
    }),
  );
  const file = solve(
    [alone, crowd].map(({ decisions, frames, fileBytes }): Row => {
      return [[1, frames / decisions], fileBytes / decisions];
    }),
  );
  const [decisionUs, frameUs, commitUs] = cpu ?? [];
  const [decisionBytes, frameBytes] = file ?? [];
  const fitted = { decisionUs, frameUs, commitUs, decisionBytes, frameBytes };
  const isSound = Object.values(fitted).every((each) => each !== undefined && each > 0);
  return isSound ? (fitted as FittedCosts) : undefined;
}

/** Gauss's elimination, largest pivot first; undefined where the rows do not decide it. */
export function solve(rows: readonly Row[]): readonly number[] | undefined {
  const left = rows.map(([coefficients, result]) => [...coefficients, result]);
  const size = left.length;
  for (let column = 0; column < size; column++) {
    const rest = left.slice(column);
    const pivot = rest.reduce((best, row) => {
      return Math.abs(row[column] ?? 0) > Math.abs(best[column] ?? 0) ? row : best;
    });
    const factor = pivot[column] ?? 0;
    if (Math.abs(factor) < 1e-12) return undefined;
    left.splice(left.indexOf(pivot), 1);
    left.splice(column, 0, pivot);
    for (const row of left) {
      if (row === pivot) continue;
      const times = (row[column] ?? 0) / factor;
      for (let at = column; at <= size; at++) row[at] = (row[at] ?? 0) - times * (pivot[at] ?? 0);
    }
  }
  return left.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}
