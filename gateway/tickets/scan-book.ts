/** Tickets at the door: genuine, for this show, still booked, and not let in before [B1]. */
import type { Database } from 'better-sqlite3';
import type { Millis } from '../../engine/ids.ts';
import { durably } from '../../persistence/services/open-services-db.ts';
import { checkTicket, type TicketFacts } from './ticket-signer.ts';

export type Scan =
  | { readonly outcome: 'forged' }
  | { readonly outcome: 'admit'; readonly ticket: TicketFacts }
  /** Let in before, then and there. */
  | {
      readonly outcome: 'again';
      readonly ticket: TicketFacts;
      readonly firstMs: number;
      readonly gate: string;
    }
  | { readonly outcome: 'cancelled' | 'unknown' | 'otherShow'; readonly ticket: TicketFacts };

interface FirstScan {
  readonly first_ms: number;
  readonly gate: string;
}

export class ScanBook {
  readonly #db: Database;
  readonly #publicKeyPem: string;

  constructor(db: Database, publicKeyPem: string) {
    this.#db = db;
    this.#publicKeyPem = publicKeyPem;
    db.exec(`
      CREATE TABLE IF NOT EXISTS scans (
        show TEXT NOT NULL,
        booking TEXT NOT NULL,
        seat INTEGER NOT NULL,
        first_ms INTEGER NOT NULL,
        gate TEXT NOT NULL,
        PRIMARY KEY (show, booking, seat)
      ) STRICT, WITHOUT ROWID
    `);
  }

  /** `mayAdmit` says whether the show is one that the asker may let people in to. */
  scan(code: string, gate: string, nowMs: Millis, mayAdmit: (show: string) => boolean): Scan {
    const ticket = ticketOf(code, this.#publicKeyPem);
    if (ticket === undefined) return { outcome: 'forged' };
    const { show, booking, seat } = ticket;
    if (!mayAdmit(show)) return { outcome: 'otherShow', ticket };
    const state = this.#db
      .prepare('SELECT state FROM p_bookings WHERE show = ? AND booking = ?')
      .pluck()
      .get(show, booking);
    if (state === undefined) return { outcome: 'unknown', ticket };
    if (state !== 'booked') return { outcome: 'cancelled', ticket };
    return durably(this.#db, () => {
      const first = this.#db
        .prepare('SELECT first_ms, gate FROM scans WHERE show = ? AND booking = ? AND seat = ?')
        .get(show, booking, seat) as FirstScan | undefined;
      if (first !== undefined) {
        return { outcome: 'again', ticket, firstMs: first.first_ms, gate: first.gate };
      }
      this.#db
        .prepare('INSERT INTO scans (show, booking, seat, first_ms, gate) VALUES (?, ?, ?, ?, ?)')
        .run(show, booking, seat, nowMs, gate);
      return { outcome: 'admit', ticket };
    });
  }
}

/** A code that is no code at all is forged too. */
export function ticketOf(code: string, publicKeyPem: string): TicketFacts | undefined {
  try {
    return checkTicket(code, publicKeyPem);
  } catch {
    return undefined;
  }
}
