/**
 * The crowd of an on-sale against PostgreSQL: everybody asks at once, over a pool of connections.
 * Whoever holds seats books or abandons them; whoever waits is told by the one that served it,
 * which spares PostgreSQL the notifications.
 */
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { Latencies } from '../load/latencies.ts';

/** One who wants seats. */
export interface Buyer {
  readonly party: number;
  /** Whether the seats are given back instead of booked. */
  readonly abandons: boolean;
}

export interface CrowdResult {
  readonly seconds: number;
  /** When the last seat was booked. */
  readonly soldOutSeconds: number;
  /** Requests answered. */
  readonly decisions: number;
  readonly latencies: Latencies;
  /** Transactions undone and asked again. */
  readonly deadlocks: number;
  /** Statements that PostgreSQL refused, by message. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Serving in a transaction of its own finds those that joined while others were freeing seats. */
const POLL_MS = 20;
const DEADLOCK = '40P01';
type Row = Readonly<Record<string, unknown>>;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class OnsaleCrowd {
  readonly #pool: pg.Pool;
  readonly #buyers: readonly Buyer[];
  readonly #latencies = new Latencies();
  readonly #errors: Record<string, number> = {};
  #decisions = 0;
  #deadlocks = 0;
  #open: number;
  #startedMs = 0;
  #soldMs = 0;

  constructor(pool: pg.Pool, buyers: readonly Buyer[]) {
    this.#pool = pool;
    this.#buyers = buyers;
    this.#open = buyers.length;
  }

  /** @throws Error where nothing comes of it in `limitMs`. */
  async run(limitMs: number): Promise<CrowdResult> {
    this.#startedMs = performance.now();
    for (let buyer = 0; buyer < this.#buyers.length; buyer++) this.#follow(this.#arrive(buyer));
    while (this.#open > 0) {
      await pause(POLL_MS);
      if (performance.now() - this.#startedMs > limitMs) {
        throw new Error(`${this.#open} buyers were still waiting after ${limitMs / 1000} s`);
      }
      this.#serve().catch((error: unknown) => this.#fail(error));
    }
    return {
      seconds: (performance.now() - this.#startedMs) / 1000,
      soldOutSeconds: (this.#soldMs - this.#startedMs) / 1000,
      decisions: this.#decisions,
      latencies: this.#latencies,
      deadlocks: this.#deadlocks,
      errors: this.#errors,
    };
  }

  /** A buyer whose request fails is done. */
  #follow(step: Promise<void>): void {
    step.catch((error: unknown) => {
      this.#fail(error);
      this.#open--;
    });
  }

  async #arrive(buyer: number): Promise<void> {
    const party = this.#buyers[buyer]?.party ?? 0;
    const values = [buyer, party];
    const [row] = await this.#ask('arrive', 'SELECT arrive($1, $2) AS hold', values);
    const hold = Number(row?.hold);
    if (hold < 0) this.#open--;
    if (hold > 0) await this.#holding(buyer, hold);
  }

  async #holding(buyer: number, hold: number): Promise<void> {
    if (this.#buyers[buyer]?.abandons === true) {
      const text = 'SELECT served, new_hold FROM abandon($1)';
      this.#told(await this.#ask('abandon', text, [hold]));
    } else {
      await this.#ask('book', 'SELECT book($1)', [hold]);
      this.#soldMs = performance.now();
    }
    this.#open--;
  }

  async #serve(): Promise<void> {
    const text = 'SELECT served, new_hold FROM serve()';
    this.#told(await this.#query('serve', text, []));
  }

  /** Those in line who now hold seats, or never will. */
  #told(rows: readonly Row[]): void {
    for (const { served, new_hold: hold } of rows) {
      if (Number(hold) === 0) this.#open--;
      else this.#follow(this.#holding(Number(served), Number(hold)));
    }
  }

  async #ask(name: string, text: string, values: readonly number[]): Promise<readonly Row[]> {
    const askedAtMs = performance.now();
    const rows = await this.#query(name, text, values);
    this.#latencies.record(performance.now() - askedAtMs);
    this.#decisions++;
    return rows;
  }

  /** One of two transactions that wait for each other is undone; like any program, ask again. */
  async #query(name: string, text: string, values: readonly number[]): Promise<readonly Row[]> {
    for (;;) {
      try {
        return (await this.#pool.query({ name, text, values: [...values] })).rows;
      } catch (error) {
        if (!(error instanceof pg.DatabaseError) || error.code !== DEADLOCK) throw error;
        this.#deadlocks++;
      }
    }
  }

  #fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#errors[message] = (this.#errors[message] ?? 0) + 1;
  }
}
