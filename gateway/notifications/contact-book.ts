/**
 * People's addresses, where they gave any. Personal data does not belong in a log that can only
 * be added to: here it is replaced and forgotten, and tasks hold the person's name in the system
 * only, so that what is forgotten is written to no more.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { UserId } from '../../engine/ids.ts';
import type { Clock } from '../../engine/shard/host.ts';
import { durably } from '../../persistence/services/open-services-db.ts';
import type { GivenContact } from '../sockets/gateway.ts';

export interface Contact {
  readonly email: string | undefined;
  /** E.164, e.g. `+919812345678`. */
  readonly phone: string | undefined;
  /** ISO 639-1. */
  readonly language: string | undefined;
}

interface ContactRow {
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: string | null;
}

const LONGEST_EMAIL = 254;
/** One plain address: no name, no comment, no quotes, nothing that begins a header line. */
const EMAIL =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d][a-z\d-]{0,61}[a-z\d]$/i;
const PHONE = /^\+[1-9]\d{6,14}$/;
const LANGUAGE = /^[a-z]{2,3}(?:-[a-z\d]{2,8})*$/;

export class ContactBook {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #get: Statement<[string], ContactRow>;
  readonly #put: Statement;
  readonly #erase: Statement;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
    db.exec(`
      CREATE TABLE IF NOT EXISTS contacts (
        user TEXT PRIMARY KEY,
        email TEXT,
        phone TEXT,
        language TEXT,
        updated_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `);
    this.#get = db.prepare('SELECT email, phone, language FROM contacts WHERE user = ?');
    this.#put = db.prepare(
      `INSERT OR REPLACE INTO contacts (user, email, phone, language, updated_ms)
       VALUES (?, ?, ?, ?, ?)`,
    );
    this.#erase = db.prepare('DELETE FROM contacts WHERE user = ?');
  }

  /**
   * Keeps what was given in place of what was there before, for good; all null forgets them.
   * Answers with a sentence, and changes nothing, where those are no addresses.
   */
  put(user: UserId, given: GivenContact): string | undefined {
    const email = given.email?.trim() || null;
    const phone = given.phone?.replaceAll(/[\s().-]/g, '') || null;
    const language = given.language?.toLowerCase() || null;
    if (email !== null && (email.length > LONGEST_EMAIL || !EMAIL.test(email))) {
      return 'Give one e-mail address, e.g. ann@example.org.';
    }
    if (phone !== null && !PHONE.test(phone)) {
      return 'Give the phone number with its country, e.g. +91 98123 45678.';
    }
    if (language !== null && !LANGUAGE.test(language)) {
      return 'Give the language as its code, e.g. en.';
    }
    if (email === null && phone === null) this.erase(user);
    else {
      const nowMs = this.#clock.now();
      durably(this.#db, () => this.#put.run(user, email, phone, language, nowMs));
    }
    return undefined;
  }

  get(user: string): Contact | undefined {
    const row = this.#get.get(user);
    if (row === undefined) return undefined;
    return {
      email: row.email ?? undefined,
      phone: row.phone ?? undefined,
      language: row.language ?? undefined,
    };
  }

  erase(user: UserId): void {
    durably(this.#db, () => this.#erase.run(user));
  }
}
