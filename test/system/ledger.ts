/**
 * What the server has promised, as those wrote it down to whom it was promised: every receipt,
 * and everything that was said to them and cannot be true.
 */
import type { Down, ShowId } from '../../gateway/client/index.ts';
import type { LogAudit } from '../support/log-audit.ts';

/** Answers that carry a receipt [F1]. */
export type Receipt = Down<'held' | 'released' | 'waiting' | 'left' | 'booked' | 'cancelled'>;

export interface Entry {
  readonly user: string;
  readonly receipt: Receipt;
}

/** Codes of the events that each answer tells of. */
const eventsOf: Readonly<Record<Receipt['type'], readonly number[]>> = {
  held: [5, 6],
  released: [7],
  waiting: [9],
  left: [10, 12],
  booked: [13],
  cancelled: [14],
};

export class Ledger {
  readonly entries: Entry[] = [];
  /** What was said and cannot be true, in words. */
  readonly problems: string[] = [];
  rejections = 0;
  /** Requests whose outcome nobody told. */
  doubts = 0;
  /** Commands that were refused on this side, since there was no connection. */
  unsent = 0;

  note(user: string, receipt: Receipt): void {
    this.entries.push({ user, receipt });
  }

  problem(what: string): void {
    this.problems.push(what);
  }

  /** Receipts of each type. */
  get counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { receipt } of this.entries) {
      counts[receipt.type] = (counts[receipt.type] ?? 0) + 1;
    }
    return counts;
  }
}

/** Compares every receipt with the log: what is missing there, or is something else, in words. */
export function compareReceipts(
  audit: LogAudit,
  show: ShowId,
  entries: readonly Entry[],
): readonly string[] {
  return entries.flatMap(({ user, receipt }) => {
    const { type, requestId, seq, lsn, timeMs, hash } = receipt;
    const logged = audit.decision(show, seq);
    const what = `${type} ${requestId} of ${user}, decision ${seq} at LSN ${lsn}`;
    if (logged === undefined) return [`${what}: not in the log`];
    if (logged.user !== user || logged.requestId !== requestId) return [`${what}: another's`];
    if (!eventsOf[type].includes(logged.did)) return [`${what}: event ${logged.did} in the log`];
    if (logged.lsn !== lsn || logged.timeMs !== timeMs) return [`${what}: at LSN ${logged.lsn}`];
    return logged.hash.equals(hash) ? [] : [`${what}: another hash in the log`];
  });
}
