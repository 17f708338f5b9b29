/**
 * A whole server that takes payments by Stripe, at a server that answers like it: paid, heard of
 * by a signed webhook, booked, cancelled, given back; and a page that is closed in time [P1–P5].
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeTown, type TownShow } from '../../bench/load/town-file.ts';
import type { Down } from '../../gateway/client/index.ts';
import { auditLog } from '../support/log-audit.ts';
import { Payer, pause, soon } from '../support/payers.ts';
import { quietPort } from '../support/quiet-port.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import {
  type StripeBench,
  secretKey,
  startStripeBench,
  webhookSecret,
} from '../support/stripe-bench.ts';
import type { FakeSession } from '../support/stripe-books.ts';

const HEARD_WITHIN_MS = 8_000;

let folder = '';
let data = '';
let port = 0;
let bench: StripeBench;
let server: ServerProcess;
let show: TownShow;
let hasty: TownShow;
const payers: Payer[] = [];

async function start(): Promise<ServerProcess> {
  const flags = ['--messages-per-second', '0', '--log-level', 'error', '--payments', 'stripe'];
  const env = {
    USHER_STRIPE_SECRET_KEY: secretKey,
    USHER_STRIPE_WEBHOOK_SECRET: webhookSecret,
    USHER_STRIPE_API_URL: bench.way.url,
  };
  return await startServerProcess({ data, port, flags, env, demo: false });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-stripe-'));
  data = join(folder, 'usher.db');
  port = await quietPort();
  const hurry = { holdTtlMs: 2_000, graceMs: 300, paymentGraceMs: 0 };
  const payments = 'provider';
  const [first, second] = await makeTown(data, 100, [{ payments }, { payments, ...hurry }]);
  if (first === undefined || second === undefined) throw new Error('there are two shows');
  show = first;
  hasty = second;
  bench = await startStripeBench();
  bench.stripe.webhookUrl = `http://127.0.0.1:${port}/api/v1/payments/stripe/callback`;
  server = await start();
}, 60_000);

afterEach(() => {
  bench.way.weather = 'clear';
  bench.stripe.webhookCopies = 1;
});

afterAll(async () => {
  for (const payer of payers) payer.close();
  await server.stop();
  await bench.stop();
  await rm(folder, { recursive: true, force: true });
});

async function begun(
  where: TownShow = show,
): Promise<{ who: Payer; paying: Down<'paying'>; session: FakeSession }> {
  const who = new Payer(server.socketUrl, where, { act: () => undefined });
  payers.push(who);
  const paying = await who.begin(2);
  if (paying === undefined) throw new Error('there are seats');
  return { who, paying, session: bench.stripe.books.session(await who.reference(paying)) };
}

const heard = (who: Payer, type: 'paid' | 'paymentFailed' | 'refundOwed' | 'refunded') =>
  soon(type, () => who.news.some((news) => news.type === type), HEARD_WITHIN_MS);

/** As the payer's browser pays. */
async function pay({ id, successUrl }: FakeSession): Promise<void> {
  const page = `${bench.stripe.url}/c/pay/${id}`;
  const answer = await fetch(page, { method: 'POST', redirect: 'manual' });
  expect(answer.headers.get('location')).toBe(successUrl);
}

/** The log has no fault, and says of money what Stripe says. */
function expectSound(): void {
  const audit = auditLog(data);
  expect(audit.problems).toEqual([]);
  const intents = [...bench.stripe.books.sessions.values()].flatMap(({ intent }) => intent ?? []);
  const captured = intents.reduce((sum, { amountReceived }) => sum + amountReceived, 0);
  const back = intents.reduce((sum, { id }) => sum + bench.stripe.books.givenBack(id), 0);
  expect(audit.payments.EUR?.captured ?? 0).toBe(captured);
  expect(audit.payments.EUR?.givenBack ?? 0).toBe(back);
}

describe('a server that takes payments by Stripe', () => {
  it('[P1] [P5] books what was paid when the webhook comes, and gives back what is cancelled', async () => {
    const { who, session } = await begun();
    expect([session.amount, session.currency]).toEqual([2_000, 'eur']);
    await pay(session);
    await heard(who, 'paid');
    expectSound();
    const paid = who.news.find(({ type }) => type === 'paid');
    if (paid?.type !== 'paid') throw new Error('it was paid');
    await who.client.cancel(show.id, [paid.booking]);
    await heard(who, 'refunded');
    expect(bench.givenBack(session.id)).toBe(2_000);
    expectSound();
  });

  it('[P4] books once what it hears of three times', async () => {
    bench.stripe.webhookCopies = 3;
    const { who, session } = await begun();
    await pay(session);
    await heard(who, 'paid');
    await pause(300);
    expect(who.news.filter(({ type }) => type === 'paid')).toHaveLength(1);
    expectSound();
  });

  it('[P4] gives back what is not what was quoted', async () => {
    const { who, session } = await begun();
    bench.stripe.pay(session.id, 1_999);
    await heard(who, 'refunded');
    expect(bench.givenBack(session.id)).toBe(1_999);
    expectSound();
  });

  it('[P2] [P4] closes the page when the hold is over, long before Stripe would', async () => {
    const { who, session } = await begun(hasty);
    expect(session.expiresAtS * 1_000).toBeGreaterThan(Date.now() + 29 * 60_000);
    await soon('it is closed', () => session.status === 'expired', HEARD_WITHIN_MS);
    expect(bench.stripe.pay(session.id)).toBe(false);
    await heard(who, 'paymentFailed');
    expectSound();
  });

  it('[P2] [P4] closes the page when the payer gives the seats back', async () => {
    const { who, paying, session } = await begun();
    await who.client.release(show.id, paying.hold);
    await soon('it is closed', () => session.status === 'expired', HEARD_WITHIN_MS);
    expectSound();
  });

  it('[P4] [D2] that is killed before it heard that a page is there opens no second one', async () => {
    const before = bench.made();
    bench.way.weather = 'losesAnswers';
    const who = new Payer(server.socketUrl, show, { act: () => undefined });
    payers.push(who);
    const paying = await who.begin(2);
    if (paying === undefined) throw new Error('there are seats');
    await soon('it is made', () => bench.made() > before);
    await server.kill();
    bench.way.weather = 'clear';
    server = await start();
    const session = bench.stripe.books.session(await who.reference(paying));
    await pay(session);
    await heard(who, 'paid');
    expect(bench.made()).toBe(before + 1);
    expectSound();
  });

  it('[P4] believes nobody but Stripe, and answers what is none of its concern', async () => {
    const { session } = await begun();
    const metadata = session.metadata;
    const event = bench.stripe.event('checkout.session.completed', { id: session.id, metadata });
    const send = async (signature: string, body: string) => {
      const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
      return await fetch(bench.stripe.webhookUrl, { method: 'POST', headers, body });
    };
    const refused = await send(event.signature, event.body.replace('evt_', 'evt-'));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: 'callbackRefused' });
    expect((await send(event.signature, event.body)).status).toBe(204);
    const other = bench.stripe.event('customer.created', { id: 'cus_1' });
    expect((await send(other.signature, other.body)).status).toBe(204);
  });
});
