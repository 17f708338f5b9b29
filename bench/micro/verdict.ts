/** The auditor's word on frames that a scenario kept in memory. */
import type { Frame } from '../../engine/shard/log-store.ts';
import { Auditor } from '../../persistence/audit/auditor.ts';
import type { Verdict } from '../report/run-report.ts';

const FINDINGS_TOLD = 5;

/** Frames in the order appended, from each partition's first one on. */
export function verdictOn(frames: Iterable<Frame>): Verdict {
  const auditor = new Auditor({ mostFindings: FINDINGS_TOLD });
  for (const frame of frames) auditor.frame(frame);
  return verdictOf(auditor);
}

/** Ends an audit and sums it up; nobody was told anything, so no acknowledgement can be lost. */
export function verdictOf(auditor: Auditor): Verdict {
  const findings = auditor.finish().map(({ rule, sentence }) => `[${rule}] ${sentence}`);
  const seatsSoldTwice = auditor.countOf('seat-taken');
  const overtakings = auditor.countOf('overtaken') + auditor.countOf('overtaken-too-often');
  return {
    decisionsAudited: auditor.counts.decisions,
    seatsSoldTwice,
    overtakings,
    lostAcknowledgements: 0,
    otherFindings: auditor.counts.findings - seatsSoldTwice - overtakings,
    findings,
  };
}
