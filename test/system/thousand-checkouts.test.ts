/**
 * A thousand checkouts while everything fails now and then: the server is killed, the provider
 * refuses or acts without answering, payers decline, walk away, give up or are charged late or
 * wrongly. In the end every payment has ended exactly once, and the provider's books and the log's
 * say the same [P4, P5].
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../gateway/demo/random.ts';
import type { Behaviour } from '../../gateway/payments/sandbox/pages.ts';
import { Sandbox } from '../../gateway/payments/sandbox/sandbox-server.ts';
import { type DemoShow, findShow } from '../support/demo-show.ts';
import { auditLog } from '../support/log-audit.ts';
import { Payer, pause, SANDBOX_SECRET, soon } from '../support/payers.ts';
import { quietPort } from '../support/quiet-port.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const CHECKOUTS = 1_000;
const PAYERS = 50;
const KILLS = 4;
const SEED = Number(process.env.USHER_CHECKOUT_SEED ?? 1);

const behaviours: readonly Behaviour[] = [
  'normal',
  'normal',
  'normal',
  'twice',
  'never',
  'lateCapture',
  'wrongAmount',
  'wrongCurrency',
];

let folder = '';

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a thousand checkouts', () => {
  it('[P3] [P4] [P5] end exactly once each, through kills and outages', async () => {
    folder = await mkdtemp(join(tmpdir(), 'usher-thousand-'));
    const data = join(folder, 'usher.db');
    const sandbox = await Sandbox.start({ port: 0, secret: SANDBOX_SECRET, lateCaptureMs: 500 });
    const port = await quietPort();
    const start = () => startServerProcess({ data, port, flags: flagsFor(sandbox) });
    let server = await start();
    try {
      const crowd = await Crowd.gather(server, sandbox);
      const bad = new AbortController();
      const outages = misbehave(sandbox, bad.signal);
      const run = crowd.run();
      for (let kill = 1; kill <= KILLS; kill++) {
        await soon('a fifth more', () => crowd.begun >= (CHECKOUTS * kill) / (KILLS + 1), 60_000);
        await server.kill();
        server = await start();
      }
      await run;
      bad.abort();
      await outages;
      sandbox.outage = 'none';
      await soon('the provider has told everything', () => sandbox.isIdle, 90_000);
      await soon('every payment has ended', () => unended(data) === 0, 60_000);
      crowd.close();
      expectEnded(data, sandbox, crowd.begun);
    } finally {
      await server.stop();
      await sandbox.stop();
    }
  }, 180_000);
});

function expectEnded(data: string, sandbox: Sandbox, begun: number): void {
  const audit = auditLog(data);
  expect(audit.problems, `USHER_CHECKOUT_SEED=${SEED}`).toEqual([]);
  expect(begun).toBeGreaterThanOrEqual(CHECKOUTS);
  const totals = sandbox.store.totals();
  for (const { currency, captured, refunded } of totals) {
    const money = audit.payments[currency];
    expect(money).toEqual({
      captured,
      givenBack: refunded,
      owed: 0,
      booked: captured - refunded,
    });
  }
  // Each kind of end was met, and often.
  expect(audit.paymentsIn('booked')).toBeGreaterThan(CHECKOUTS / 20);
  expect(audit.paymentsIn('failed')).toBeGreaterThan(CHECKOUTS / 20);
  expect(audit.paymentsIn('given back')).toBeGreaterThan(CHECKOUTS / 20);
  expect(totals.length, 'currencies').toBeGreaterThan(1);
}

function unended(data: string): number {
  const audit = auditLog(data);
  return ['begun', 'opened', 'abandoned', 'owed'].reduce(
    (sum, state) => sum + audit.paymentsIn(state),
    0,
  );
}

function flagsFor(sandbox: Sandbox): readonly string[] {
  return [
    ...['--demo-days', '1', '--messages-per-second', '0', '--log-level', 'error'],
    ...['--payments', 'sandbox', '--sandbox-url', sandbox.url],
    ...['--sandbox-secret', SANDBOX_SECRET],
  ];
}

/** The provider is away now and then, in one way or the other. */
async function misbehave(sandbox: Sandbox, signal: AbortSignal): Promise<void> {
  const random = new Random(SEED + 1);
  while (!signal.aborted) {
    await pause(random.between(200, 1_200));
    sandbox.outage = random.chance(0.5) ? 'refuses' : 'losesAnswers';
    await pause(random.between(100, 500));
    sandbox.outage = 'none';
  }
}

class Crowd {
  begun = 0;
  readonly #payers: readonly Payer[];
  readonly #random = new Random(SEED);

  private constructor(payers: readonly Payer[]) {
    this.#payers = payers;
  }

  /** Payers spread over shows that have room for all that they will book. */
  static async gather(server: ServerProcess, sandbox: Sandbox): Promise<Crowd> {
    const { raw } = await RawSocket.greeted(server.socketUrl);
    const shows: DemoShow[] = [];
    for (let skip = 0; skip < 5; skip++) shows.push(await findShow(raw, 420, skip));
    await raw.close();
    const payers = Array.from({ length: PAYERS }, (_, index) => {
      const show = shows[index % shows.length];
      if (show === undefined) throw new Error('there is a show');
      return new Payer(server.socketUrl, show, sandbox);
    });
    return new Crowd(payers);
  }

  async run(): Promise<void> {
    await Promise.all(this.#payers.map((payer) => this.#shop(payer)));
  }

  close(): void {
    for (const payer of this.#payers) payer.close();
  }

  async #shop(payer: Payer): Promise<void> {
    while (this.begun < CHECKOUTS) {
      try {
        await this.#checkout(payer);
      } catch {
        // The server was away for longer than a request may take: on with the next.
        await pause(200);
      }
    }
    await payer.releaseAll();
  }

  async #checkout(payer: Payer): Promise<void> {
    const random = this.#random;
    const paying = await payer.begin(random.between(1, 2));
    if (paying === undefined) return void (await payer.giveBackAll());
    this.begun++;
    if (random.chance(0.1)) return void (await payer.client.release(paying.show, paying.hold));
    const reference = await payer.reference(paying);
    const how = behaviours[random.between(0, behaviours.length - 1)] ?? 'normal';
    const what = random.chance(0.15) ? 'decline' : random.chance(0.05) ? 'cancel' : 'pay';
    payer.act(reference, what, how);
    if (random.chance(0.2)) await payer.client.release(paying.show, paying.hold);
    // Room for the next, as nobody may have more than ten seats.
    await payer.cancelAll(random.chance(0.5) ? 3 : 0);
  }
}
