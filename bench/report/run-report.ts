/** What every scenario hands in: figures, plots, the auditor's word and the machine's facts. */
import type { Machine } from './facts.ts';

/** Which way is better, and what a budget asks. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly note?: string;
}

/** A line of a plot over time. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

/** The auditor's word. null where the scenario writes no log. */
export interface Verdict {
  readonly decisionsAudited: number;
  readonly seatsSoldTwice: number;
  readonly overtakings: number;
  readonly lostAcknowledgements: number;
  readonly otherFindings: number;
  readonly findings: readonly string[];
}

export interface RunReport {
  readonly scenario: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly figures: readonly Figure[];
  readonly latencies: readonly { readonly name: string; readonly histogram: string }[];
  readonly series: readonly Series[];
  readonly verdict: Verdict | null;
  readonly warnings: readonly string[];
  readonly machine: Machine;
}
