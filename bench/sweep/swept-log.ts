/**
 * The log that a server left behind, as the sweep needs it: gone through by the auditor, which
 * says what is wrong with it, and with one line kept a decision, so that what was acknowledged can
 * be looked up.
 */
import { Auditor, type LogRow, type Onlooker } from '../../persistence/audit/auditor.ts';
import type { FactKind, LoggedDecision } from '../../persistence/audit/facts.ts';
import { LogFile } from '../../persistence/audit/log-file.ts';
import type { ShowBook } from '../../persistence/audit/show-book.ts';

const FINDINGS_TOLD = 10;

/** What decisions are looked up by; any other is 0. */
export const DID_HOLD = 1;
export const DID_RELEASE = 2;
export const DID_BOOK = 3;
export const DID_CHANGE = 4;
export const DID_JOIN = 5;
const did: Readonly<Partial<Record<FactKind, number>>> = {
  held: DID_HOLD,
  released: DID_RELEASE,
  booked: DID_BOOK,
  changed: DID_CHANGE,
  joined: DID_JOIN,
};

/** Where one decision stands and what it was. */
export interface FoundDecision {
  readonly lsn: number;
  readonly did: number;
  /** First seat of a new hold; the hold that was released, changed or booked; a ticket; else 0. */
  readonly object: number;
  /** First two words of the chain value, big-endian. */
  readonly hashHigh: number;
  readonly hashLow: number;
}

const WORDS = 5;

/** One show's decisions, by their numbers. */
class ShowLog {
  #words = new Uint32Array(64 * WORDS);

  add(seq: number, found: FoundDecision): void {
    const at = seq * WORDS;
    if (at + WORDS > this.#words.length) {
      const grown = new Uint32Array(Math.max(this.#words.length * 2, at + WORDS));
      grown.set(this.#words);
      this.#words = grown;
    }
    const { lsn, did: what, object, hashHigh, hashLow } = found;
    this.#words.set([lsn, what, object, hashHigh, hashLow], at);
  }

  find(seq: number): FoundDecision | undefined {
    const words = this.#words.subarray(seq * WORDS, (seq + 1) * WORDS);
    const [lsn = 0, what = 0, object = 0, hashHigh = 0, hashLow = 0] = words;
    return lsn === 0 ? undefined : { lsn, did: what, object, hashHigh, hashLow };
  }
}

/** Gives an auditor every row of a log. */
export type Feed = (auditor: Auditor) => void;

export class SweptLog implements Onlooker {
  readonly #shows = new Map<string, ShowLog>();
  /** Has seen the whole log. */
  readonly auditor: Auditor;

  constructor(feed: Feed) {
    this.auditor = new Auditor({ onlooker: this, mostFindings: FINDINGS_TOLD });
    feed(this.auditor);
    this.auditor.finish();
  }

  /** Goes through a server's file. @throws UnusableFile */
  static ofFile(path: string): SweptLog {
    const file = new LogFile(path);
    try {
      return new SweptLog((auditor) => {
        for (const _ of file.audit(auditor));
      });
    } finally {
      file.close();
    }
  }

  /** The decision of a show with this number, or undefined where the log has none. */
  find(show: string, seq: number): FoundDecision | undefined {
    return this.#shows.get(show)?.find(seq);
  }

  before(_book: ShowBook, { show, seq, facts }: LoggedDecision, { lsn, hash }: LogRow): void {
    let log = this.#shows.get(show);
    if (log === undefined) {
      log = new ShowLog();
      this.#shows.set(show, log);
    }
    const [lead] = facts;
    let object = 0;
    if (lead?.kind === 'held') object = lead.seats[0] ?? 0;
    else if (lead?.kind === 'joined') object = lead.ticket;
    else if (lead !== undefined && 'hold' in lead) object = lead.hold;
    const words = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
    const hashHigh = words.getUint32(0);
    const hashLow = words.getUint32(4);
    log.add(seq, { lsn, did: did[lead?.kind ?? 'opened'] ?? 0, object, hashHigh, hashLow });
  }

  after(): void {}
}
