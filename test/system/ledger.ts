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
  return audit.compare(
    entries.map(({ user, receipt }) => {
      const { requestId } = receipt;
      return { type: 'accepted', show, user, requestId, receipt, answer: receipt };
    }),
  );
}
