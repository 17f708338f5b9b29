/**
 * What the auditor says of a server's file, for tests that also know what the server said: no
 * engine, no recovery, no server; a server that has the file open goes on meanwhile [F1, F2].
 */
import { Auditor } from '../../persistence/audit/auditor.ts';
import { LogFile } from '../../persistence/audit/log-file.ts';
import type { Purse } from '../../persistence/audit/payment-ledger.ts';
import { BOOKED, HELD } from '../../persistence/audit/seat-marks.ts';
import type { SeenReply } from '../../persistence/audit/seen.ts';

export class LogAudit {
  readonly #auditor: Auditor;

  constructor(auditor: Auditor) {
    this.#auditor = auditor;
  }

  /** What is wrong, in words; empty where nothing is. */
  get problems(): readonly string[] {
    return this.#auditor.findings.map(({ rule, code, partition, lsn, show, sentence }) => {
      const of = show === undefined ? '' : ` of ${show}`;
      return `[${rule}] ${code} at partition ${partition} LSN ${lsn}${of}: ${sentence}`;
    });
  }

  get frames(): number {
    return this.#auditor.counts.frames;
  }

  get decisions(): number {
    return this.#auditor.counts.decisions;
  }

  /** What became of captured money in all shows, by currency [P5]. */
  get payments(): Readonly<Record<string, Purse>> {
    const sums: Record<string, Purse> = {};
    for (const { payments } of this.#auditor.books.values()) {
      for (const [currency, purse] of payments.purses) {
        const sum = sums[currency] ?? { captured: 0, booked: 0, owed: 0, givenBack: 0 };
        sum.captured += purse.captured;
        sum.booked += purse.booked;
        sum.owed += purse.owed;
        sum.givenBack += purse.givenBack;
        sums[currency] = sum;
      }
    }
    return sums;
  }

  /** How many payments of all shows are in this state at the end of the log. */
  paymentsIn(state: string): number {
    let count = 0;
    for (const { payments } of this.#auditor.books.values()) {
      for (const payment of payments.values()) if (payment.state === state) count++;
    }
    return count;
  }

  /** Seats that somebody holds or has booked at the end of the log. */
  taken(show: string): readonly number[] {
    const book = this.#auditor.books.get(show);
    if (book === undefined) return [];
    const seats = Array.from({ length: book.plan.count }, (_, seat) => seat);
    return seats.filter((seat) => [HELD, BOOKED].includes(book.marks.get(seat)));
  }

  /** Holds what clients saw against the log: what differs or is lost, in words. */
  compare(replies: Iterable<SeenReply>): readonly string[] {
    const before = this.#auditor.findings.length;
    for (const reply of replies) this.#auditor.reply(reply);
    return this.#auditor
      .finish()
      .slice(before)
      .map(({ code, sentence }) => `${code}: ${sentence}`);
  }
}

/** Goes through the whole log. */
export function auditLog(path: string): LogAudit {
  const auditor = new Auditor({ history: true });
  const file = new LogFile(path);
  try {
    for (const _ of file.audit(auditor));
  } finally {
    file.close();
  }
  auditor.finish();
  return new LogAudit(auditor);
}
