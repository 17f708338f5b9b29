/** The sweep of what a run of holds left behind: its log and what it was told. */
import { type Ack, readAcks } from '../load/acks.ts';
import type { HoldRun } from '../load/hold-run.ts';
import { UNAUDITED } from '../load/subject.ts';
import type { Verdict } from '../report/run-report.ts';
import { findLostAcks } from './lost-acks.ts';
import { SweptLog } from './swept-log.ts';
import { verdictOf } from './verdict.ts';

export interface HoldSweep {
  /** Undefined where the log is out of reach. */
  readonly log: SweptLog | undefined;
  readonly verdict: Verdict | null;
  /** Findings, and answers that should not be. */
  readonly warnings: readonly string[];
}

export function sweepHold({ load, shows, dataPath, acksPaths }: HoldRun): HoldSweep {
  const errors = Object.entries(load.errors).map(([name, count]) => `${name}, ${count} times`);
  if (dataPath === undefined) {
    return { log: undefined, verdict: null, warnings: [UNAUDITED, ...errors] };
  }
  const log = SweptLog.ofFile(dataPath);
  const ids = shows.map(({ id }) => id);
  const acks = findLostAcks(log, ids, allAcks(acksPaths));
  // What was remembered must be all that was acknowledged, or the sweep proves nothing.
  const forgotten = load.acknowledged - acks.checked;
  const found = verdictOf(log.auditor, acks);
  const lostAcknowledgements = found.lostAcknowledgements + Math.max(0, forgotten);
  const warnings = [...found.findings, ...errors];
  if (forgotten !== 0) warnings.push(`${forgotten} acknowledgements were not remembered`);
  return { log, verdict: { ...found, lostAcknowledgements }, warnings };
}

function* allAcks(paths: readonly string[]): Generator<Ack> {
  for (const path of paths) yield* readAcks(path);
}
