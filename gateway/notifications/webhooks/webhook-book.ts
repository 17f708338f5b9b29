/**
 * Where partners want to be told, and the secrets that their news are signed with. A secret that
 * was replaced signs beside the new one for a day, so that nobody has to change both sides at the
 * same moment.
 */
import { randomBytes } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Millis } from '../../../engine/ids.ts';
import type { Clock } from '../../../engine/shard/host.ts';
import { durably } from '../../../persistence/services/open-services-db.ts';
import type { NewsType } from '../partner-news.ts';

export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  /** Empty for all. */
  readonly events: readonly string[];
  /** The one that counts first, then one that still does. */
  readonly secrets: readonly string[];
}

export interface WebhookBook {
  endpointsOf(partner: string): readonly WebhookEndpoint[];
  endpoint(id: string): WebhookEndpoint | undefined;
}

/** An endpoint as its owner may see it at any time. */
export interface WebhookListing {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly createdMs: Millis;
}

/** What one partner may have. */
export const MOST_WEBHOOKS = 10;
const OLD_SECRET_KEPT_MS = 24 * 60 * 60_000;

interface Row {
  readonly id: string;
  readonly partner: string;
  readonly url: string;
  readonly events: string;
  readonly secret: string;
  readonly old_secret: string | null;
  readonly old_until_ms: number;
  readonly created_ms: Millis;
}

interface Kept extends WebhookListing {
  readonly partner: string;
  readonly secret: string;
  readonly oldSecret: string | undefined;
  readonly oldUntilMs: number;
}

export class WebhookTable implements WebhookBook {
  readonly #db: Database;
  readonly #clock: Clock;
  /** All there are: the relay asks for each decision of a partner's shows. */
  readonly #kept = new Map<string, Kept>();
  readonly #byPartner = new Map<string, Set<string>>();

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
    db.exec(`
      CREATE TABLE IF NOT EXISTS webhooks (
        id TEXT PRIMARY KEY,
        partner TEXT NOT NULL,
        url TEXT NOT NULL,
        events TEXT NOT NULL,
        secret TEXT NOT NULL,
        old_secret TEXT,
        old_until_ms INTEGER NOT NULL,
        created_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `);
    const rows = db
      .prepare<[], Row>(
        `SELECT id, partner, url, events, secret, old_secret, old_until_ms, created_ms
         FROM webhooks ORDER BY created_ms, id`,
      )
      .all();
    for (const row of rows) this.#remember(keptOf(row));
  }

  endpointsOf(partner: string): readonly WebhookEndpoint[] {
    return this.#of(partner).map((kept) => this.#endpoint(kept));
  }

  endpoint(id: string): WebhookEndpoint | undefined {
    const kept = this.#kept.get(id);
    return kept === undefined ? undefined : this.#endpoint(kept);
  }

  /** A partner's endpoints, without their secrets. */
  list(partner: string): readonly WebhookListing[] {
    return this.#of(partner).map(({ id, url, events, createdMs }) => {
      return { id, url, events, createdMs };
    });
  }

  /** Undefined where the partner has as many as it may. The secret is told this once. */
  add(
    partner: string,
    url: string,
    events: readonly NewsType[],
  ): (WebhookListing & { readonly secret: string }) | undefined {
    if (this.#of(partner).length >= MOST_WEBHOOKS) return undefined;
    const made: Kept = {
      id: `wh_${randomBytes(8).toString('hex')}`,
      partner,
      url,
      events: [...new Set(events)],
      createdMs: this.#clock.now(),
      secret: newSecret(),
      oldSecret: undefined,
      oldUntilMs: 0,
    };
    this.#keep(made);
    const { id, createdMs, secret } = made;
    return { id, url, events: made.events, createdMs, secret };
  }

  /** The new secret; undefined where the partner has no such endpoint. */
  rotate(partner: string, id: string): string | undefined {
    const kept = this.#kept.get(id);
    if (kept?.partner !== partner) return undefined;
    const secret = newSecret();
    const oldUntilMs = this.#clock.now() + OLD_SECRET_KEPT_MS;
    this.#keep({ ...kept, secret, oldSecret: kept.secret, oldUntilMs });
    return secret;
  }

  /** False where the partner has no such endpoint. What is on its way to it is not sent. */
  remove(partner: string, id: string): boolean {
    if (this.#kept.get(id)?.partner !== partner) return false;
    durably(this.#db, () => this.#db.prepare('DELETE FROM webhooks WHERE id = ?').run(id));
    this.#kept.delete(id);
    this.#byPartner.get(partner)?.delete(id);
    return true;
  }

  #of(partner: string): readonly Kept[] {
    const ids = this.#byPartner.get(partner) ?? [];
    return [...ids].flatMap((id) => this.#kept.get(id) ?? []);
  }

  #endpoint({ id, url, events, secret, oldSecret, oldUntilMs }: Kept): WebhookEndpoint {
    const isOldGood = oldSecret !== undefined && oldUntilMs > this.#clock.now();
    return { id, url, events, secrets: isOldGood ? [secret, oldSecret] : [secret] };
  }

  #keep(kept: Kept): void {
    const { id, partner, url, events, secret, oldSecret, oldUntilMs, createdMs } = kept;
    const put = this.#db.prepare(
      `INSERT OR REPLACE INTO webhooks
         (id, partner, url, events, secret, old_secret, old_until_ms, created_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const names = JSON.stringify(events);
    durably(this.#db, () => {
      put.run(id, partner, url, names, secret, oldSecret ?? null, oldUntilMs, createdMs);
    });
    this.#remember(kept);
  }

  #remember(kept: Kept): void {
    this.#kept.set(kept.id, kept);
    const ids = this.#byPartner.get(kept.partner);
    if (ids === undefined) this.#byPartner.set(kept.partner, new Set([kept.id]));
    else ids.add(kept.id);
  }
}

function keptOf(row: Row): Kept {
  const { id, partner, url, secret } = row;
  return {
    id,
    partner,
    url,
    secret,
    events: JSON.parse(row.events) as string[],
    oldSecret: row.old_secret ?? undefined,
    oldUntilMs: row.old_until_ms,
    createdMs: row.created_ms,
  };
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`;
}
