/**
 * The crowd of an on-sale in front of PostgreSQL: the same contenders, who think as long and walk
 * away as often, over so many connections as suit it. Nobody polls: whoever is served or turned
 * away is told by the answer to whoever caused it, in this process.
 */
import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import { Latencies } from '../load/latencies.ts';
import { type Contender, planContenders } from '../onsale/contenders.ts';
import type { FromPeerCrowd, PeerCrowdOrder, PeerCrowdResult } from './onsale-messages.ts';
import { ONSALE_FAULTS, ONSALE_SCHEMA } from './onsale-schema.ts';
import { connectPostgres } from './postgres-client.ts';

const HELD = 1;
const IN_LINE = 2;

type Answer = readonly number[] | number;

/** Calls that wait for a connection, first come, first served. */
class Calls {
  readonly #idle: pg.Client[];
  readonly #waiting: ((client: pg.Client) => void)[] = [];
  readonly #latencies: Latencies;
  count = 0;

  constructor(clients: readonly pg.Client[], latencies: Latencies) {
    this.#idle = [...clients];
    this.#latencies = latencies;
  }

  async call(text: string, values: readonly number[]): Promise<Answer> {
    const askedMs = performance.now();
    const client =
      this.#idle.pop() ??
      (await new Promise<pg.Client>((resolve) => {
        this.#waiting.push(resolve);
      }));
    try {
      const query = { name: text, text: `SELECT ${text} AS answer`, values: [...values] };
      const { rows } = await client.query<{ answer: Answer }>(query);
      this.#latencies.record(performance.now() - askedMs);
      this.count++;
      return rows[0]?.answer ?? [];
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(client);
      else next(client);
    }
  }
}

class PeerCrowd {
  readonly #latencies = new Latencies();
  readonly #calls: Calls;
  readonly #plans: readonly Contender[];
  #over = 0;
  #lastBookingMs = 0;
  #bookedParties = 0;

  constructor(clients: readonly pg.Client[], { contenders, seed }: PeerCrowdOrder) {
    this.#calls = new Calls(clients, this.#latencies);
    this.#plans = planContenders(contenders, seed);
  }

  async run(mostSeconds: number): Promise<Omit<PeerCrowdResult, 'faults' | 'booked'>> {
    const startedMs = performance.now();
    this.#lastBookingMs = startedMs;
    this.#plans.forEach((_, index) => void this.#rush(index));
    const untilMs = startedMs + mostSeconds * 1_000;
    while (this.#over < this.#plans.length && performance.now() < untilMs) await pause(20);
    return {
      soldOutSeconds: (this.#lastBookingMs - startedMs) / 1_000,
      seconds: (performance.now() - startedMs) / 1_000,
      calls: this.#calls.count,
      parties: this.#bookedParties,
      unfinished: this.#plans.length - this.#over,
      latencies: this.#latencies.encode(),
    };
  }

  async #rush(index: number): Promise<void> {
    const party = this.#plans[index]?.party ?? 1;
    const answer = await this.#calls.call('claim($1, $2)', [party, index]);
    if (answer === HELD) await this.#think(index);
    else if (answer !== IN_LINE) this.#over++;
  }

  async #think(index: number): Promise<void> {
    const plan = this.#plans[index];
    await pause(plan?.thinksMs ?? 0);
    if (plan?.abandons === true) this.#tell(await this.#calls.call('let_go($1)', [index]));
    else {
      this.#tell(await this.#calls.call('pay($1)', [index]));
      this.#lastBookingMs = performance.now();
      this.#bookedParties++;
    }
    this.#over++;
  }

  /** Others whom a call has served from the line, or ended the wait of. */
  #tell(told: Answer): void {
    if (typeof told === 'number') return;
    for (const each of told) {
      if (each > 0) void this.#think(each - 1);
      else this.#over++;
    }
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function obey(order: PeerCrowdOrder): Promise<PeerCrowdResult> {
  const { socket, seats, connections, mostSeconds } = order;
  const settings = { pipeline: false, commitDelayUs: 0 };
  const first = await connectPostgres(socket, settings);
  await first.query(ONSALE_SCHEMA);
  await first.query('INSERT INTO show (id, free) VALUES (1, $1)', [seats]);
  await first.query('INSERT INTO seats (seat) SELECT generate_series(0, $1 - 1)', [seats]);
  await first.query('ANALYZE seats');
  const clients = await Promise.all(
    Array.from({ length: connections }, () => connectPostgres(socket, settings)),
  );
  const result = await new PeerCrowd(clients, order).run(mostSeconds);
  const { rows } =
    await first.query<Record<'unowned' | 'overtakings' | 'booked', string>>(ONSALE_FAULTS);
  for (const client of [first, ...clients]) await client.end();
  const { unowned = '0', overtakings = '0', booked = '0' } = rows[0] ?? {};
  const faults = { unowned: Number(unowned), overtakings: Number(overtakings) };
  return { ...result, booked: Number(booked), faults };
}

process.once('message', (order: PeerCrowdOrder) => {
  const say = (message: FromPeerCrowd, code: number) => {
    process.send?.(message, () => process.exit(code));
  };
  obey(order).then(
    (result) => say({ type: 'done', result }, 0),
    (error: unknown) => say({ type: 'failed', reason: String(error) }, 1),
  );
});
// The bench is gone: so is the reason for the crowd.
process.on('disconnect', () => process.exit(1));
