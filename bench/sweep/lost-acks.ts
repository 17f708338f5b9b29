/**
 * Looks up what the server acknowledged in the log that it left behind: each decision must be
 * there, at the place and with the chain value that its receipt named [F1, D1].
 */
import {
  ACK_BOOKED,
  ACK_CHANGED,
  ACK_HELD,
  ACK_JOINED,
  ACK_RELEASED,
  type Ack,
} from '../load/acks.ts';
import {
  DID_BOOK,
  DID_CHANGE,
  DID_HOLD,
  DID_JOIN,
  DID_RELEASE,
  type SweptLog,
} from './swept-log.ts';

const FINDINGS_TOLD = 10;
const eventOf = {
  [ACK_HELD]: DID_HOLD,
  [ACK_RELEASED]: DID_RELEASE,
  [ACK_BOOKED]: DID_BOOK,
  [ACK_CHANGED]: DID_CHANGE,
  [ACK_JOINED]: DID_JOIN,
};

export interface LostAcks {
  readonly checked: number;
  readonly lost: number;
  /** The first few, in words. */
  readonly findings: readonly string[];
}

/** `shows` gives the id of each show's number. */
export function findLostAcks(
  log: SweptLog,
  shows: readonly string[],
  acks: Iterable<Ack>,
): LostAcks {
  const findings: string[] = [];
  let checked = 0;
  let lost = 0;
  for (const ack of acks) {
    checked++;
    const problem = problemOf(log, shows[ack.show] ?? '', ack);
    if (problem === undefined) continue;
    lost++;
    if (findings.length < FINDINGS_TOLD) {
      findings.push(`show ${shows[ack.show]} decision ${ack.seq} at LSN ${ack.lsn}: ${problem}`);
    }
  }
  return { checked, lost, findings };
}

function problemOf(log: SweptLog, show: string, ack: Ack): string | undefined {
  const found = log.find(show, ack.seq);
  if (found === undefined) return 'not in the log';
  if (found.lsn !== ack.lsn) return `in the log at LSN ${found.lsn}`;
  if (found.did !== eventOf[ack.kind]) return 'another decision in the log';
  if (found.object !== ack.object) return 'of another seat or hold in the log';
  if (found.hashHigh !== ack.hashHigh || found.hashLow !== ack.hashLow) {
    return 'with another hash in the log';
  }
  return undefined;
}
