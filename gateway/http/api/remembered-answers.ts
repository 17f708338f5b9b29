/**
 * Answers to writes that carried an Idempotency-Key: kept for a day, durable before they are
 * given, so that whoever asks again after a lost connection or a crash is told the same.
 */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Clock } from '../../../engine/shard/host.ts';
import { type ApiAnswer, ApiProblem, type ApiRequest } from './route.ts';

const KEPT_MS = 24 * 60 * 60_000;
const PRUNE_EVERY_MS = 60_000;

interface Row {
  readonly request: Buffer;
  readonly status: number;
  readonly headers: string;
  readonly body: Buffer;
}

export class RememberedAnswers {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #underWay = new Map<string, Buffer>();
  #prunedAtMs = 0;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
    db.exec(`
      CREATE TABLE IF NOT EXISTS idempotency (
        owner TEXT NOT NULL,
        key TEXT NOT NULL,
        request BLOB NOT NULL,
        status INTEGER NOT NULL,
        headers TEXT NOT NULL,
        body BLOB NOT NULL,
        at_ms INTEGER NOT NULL,
        PRIMARY KEY (owner, key)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS idempotency_age ON idempotency (at_ms);
    `);
  }

  /**
   * The answer where the key was used before; else it is under way from now on.
   * @throws ApiProblem 409 where it is already, 422 where it was used for another request.
   */
  begin(owner: string, key: string, request: ApiRequest): ApiAnswer | undefined {
    const fingerprint = fingerprintOf(request);
    const row = this.#db
      .prepare('SELECT request, status, headers, body FROM idempotency WHERE owner = ? AND key = ?')
      .get(owner, key) as Row | undefined;
    const name = `${owner} ${key}`;
    const known = row?.request ?? this.#underWay.get(name);
    if (known !== undefined && !known.equals(fingerprint)) {
      const sentence = 'This Idempotency-Key was used for another request; take a new one.';
      throw new ApiProblem(422, 'idempotencyKeyReused', sentence);
    }
    if (row !== undefined) {
      const headers = JSON.parse(row.headers) as Record<string, string>;
      return { status: row.status, headers, body: row.body };
    }
    if (known !== undefined) {
      const sentence = 'The same request is under way; ask again in a moment.';
      throw new ApiProblem(409, 'underWay', sentence, {}, { 'retry-after': '1' });
    }
    this.#underWay.set(name, fingerprint);
    return undefined;
  }

  giveUp(owner: string, key: string): void {
    this.#underWay.delete(`${owner} ${key}`);
  }

  keep(owner: string, key: string, { status, headers, body }: ApiAnswer): void {
    const nowMs = this.#clock.now();
    const fingerprint = this.#underWay.get(`${owner} ${key}`);
    if (fingerprint === undefined) return;
    this.#db.pragma('synchronous = FULL');
    this.#db
      .prepare(
        `INSERT OR REPLACE INTO idempotency (owner, key, request, status, headers, body, at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(owner, key, fingerprint, status, JSON.stringify(headers), Buffer.from(body), nowMs);
    this.#db.pragma('synchronous = NORMAL');
    this.#underWay.delete(`${owner} ${key}`);
    if (nowMs - this.#prunedAtMs < PRUNE_EVERY_MS) return;
    this.#prunedAtMs = nowMs;
    this.#db.prepare('DELETE FROM idempotency WHERE at_ms < ?').run(nowMs - KEPT_MS);
  }
}

function fingerprintOf({ method, path, query, body }: ApiRequest): Buffer {
  return createHash('sha256').update(`${method} ${path}?${query}\n`).update(body).digest();
}
