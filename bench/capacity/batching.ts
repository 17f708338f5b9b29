/**
 * How decisions share frames and commits: the one thing that is not proportional. While a commit
 * is being made durable the next decisions gather, so a busy server pays for fewer of both.
 */
import { limits } from '../../engine/limits.ts';
import type { CostName } from './unit-costs.ts';

export type Costs = Readonly<Record<CostName, number>>;

/** Decisions of one commit, where so many come a second: those that come while one is written. */
export function decisionsACommit(perSecond: number, commitSeconds: number): number {
  return Math.max(1, perSecond * commitSeconds);
}

/** Frames of one commit: the partitions that so many decisions are expected to fall into. */
export function framesACommit(decisions: number): number {
  const { partitions } = limits;
  return partitions * (1 - (1 - 1 / partitions) ** decisions);
}

/** CPU of a decision with its share of frame and commit; engine, log and SQLite together. */
export function decisionCpuUs(decisions: number, costs: Costs): number {
  const { decisionUs, frameUs, commitUs } = costs;
  return decisionUs + (framesACommit(decisions) * frameUs + commitUs) / decisions;
}

/** Bytes in the file of a decision with its share of the frame. */
export function decisionFileBytes(decisions: number, costs: Costs): number {
  const { decisionBytes, frameBytes } = costs;
  return decisionBytes + (framesACommit(decisions) * frameBytes) / decisions;
}
