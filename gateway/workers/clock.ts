/**
 * Time for deciding: the operating system's monotonic clock, anchored to the wall clock once when
 * the server starts. All threads share one anchor, so they agree to the microsecond, and a wall
 * clock that is set forwards or backwards later moves no deadline [T1].
 */
import { type Millis, millis } from '../../engine/ids.ts';
import type { Clock } from '../../engine/shard/host.ts';

export interface ClockAnchor {
  readonly wallMs: number;
  /** `process.hrtime.bigint()` at that moment, the same in every thread. */
  readonly monotonicNs: bigint;
}

/** Anchors now, and never before `atLeastMs`: what the log has seen already. */
export function anchorNow(atLeastMs: number): ClockAnchor {
  return { wallMs: Math.max(Date.now(), atLeastMs), monotonicNs: process.hrtime.bigint() };
}

export function anchoredClock(anchor: ClockAnchor): Clock {
  return {
    now: (): Millis => {
      const elapsedNs = process.hrtime.bigint() - anchor.monotonicNs;
      return millis(anchor.wallMs + Math.floor(Number(elapsedNs) / 1e6));
    },
  };
}
