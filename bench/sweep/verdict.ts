/** The auditor's word on a run: on frames that were kept in memory, or on a file that was swept. */
import type { Frame } from '../../engine/shard/log-store.ts';
import { Auditor } from '../../persistence/audit/auditor.ts';
import type { Finding } from '../../persistence/audit/finding.ts';
import type { Verdict } from '../report/run-report.ts';
import type { LostAcks } from './lost-acks.ts';

const FINDINGS_TOLD = 5;

/** Frames in the order appended, from each partition's first one on. */
export function verdictOn(frames: Iterable<Frame>): Verdict {
  const auditor = new Auditor({ mostFindings: FINDINGS_TOLD });
  for (const frame of frames) auditor.frame(frame);
  auditor.finish();
  return verdictOf(auditor);
}

/** `acks` is left out where nobody was told anything: no acknowledgement can be lost then. */
export function verdictOf(auditor: Auditor, acks?: LostAcks): Verdict {
  const seatsSoldTwice = auditor.countOf('seat-taken');
  const overtakings = auditor.countOf('overtaken') + auditor.countOf('overtaken-too-often');
  return {
    decisionsAudited: auditor.counts.decisions,
    seatsSoldTwice,
    overtakings,
    lostAcknowledgements: acks?.lost ?? 0,
    otherFindings: auditor.counts.findings - seatsSoldTwice - overtakings,
    findings: [...auditor.findings.map(findingInWords), ...(acks?.findings ?? [])],
  };
}

/** Whether there is nothing to be found fault with. */
export function isSound(verdict: Verdict | null): boolean {
  if (verdict === null) return true;
  const { seatsSoldTwice, overtakings, lostAcknowledgements, otherFindings } = verdict;
  return seatsSoldTwice + overtakings + lostAcknowledgements + otherFindings === 0;
}

function findingInWords({ code, rule, partition, lsn, show, sentence }: Finding): string {
  const of = show === undefined ? '' : ` of ${show}`;
  return `[${rule}] ${code} at partition ${partition} LSN ${lsn}${of}: ${sentence}`;
}
