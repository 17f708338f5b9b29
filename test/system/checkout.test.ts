/**
 * Checkout through everything that can go wrong: the server killed between each two of its steps,
 * a provider that refuses, acts without answering, calls back twice or never, takes another
 * amount, or takes it late. After each the auditor reckons the money up [P1–P5].
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Down } from '../../gateway/client/index.ts';
import type { Behaviour } from '../../gateway/payments/sandbox/pages.ts';
import { Sandbox } from '../../gateway/payments/sandbox/sandbox-server.ts';
import { type DemoShow, findShow } from '../support/demo-show.ts';
import { auditLog } from '../support/log-audit.ts';
import { Payer, pause, SANDBOX_SECRET, soon } from '../support/payers.ts';
import { quietPort } from '../support/quiet-port.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

let folder = '';
let data = '';
let port = 0;
let sandbox: Sandbox;
let server: ServerProcess;
let show: DemoShow;
const payers: Payer[] = [];

async function start(): Promise<ServerProcess> {
  const flags = ['--demo-days', '1', '--messages-per-second', '0', '--log-level', 'error'];
  const payments = ['--payments', 'sandbox', '--sandbox-url', sandbox.url];
  const secret = ['--sandbox-secret', SANDBOX_SECRET];
  return await startServerProcess({ data, port, flags: [...flags, ...payments, ...secret] });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-checkout-'));
  data = join(folder, 'usher.db');
  port = await quietPort();
  sandbox = await Sandbox.start({ port: 0, secret: SANDBOX_SECRET, lateCaptureMs: 400 });
  server = await start();
  const { raw } = await RawSocket.greeted(server.socketUrl);
  show = await findShow(raw, 320);
  await raw.close();
}, 60_000);

afterEach(() => {
  sandbox.outage = 'none';
});

afterAll(async () => {
  for (const payer of payers) payer.close();
  await server.stop();
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

function payer(): Payer {
  const made = new Payer(server.socketUrl, show, sandbox);
  payers.push(made);
  return made;
}

async function killAndStart(): Promise<void> {
  await server.kill();
  server = await start();
}

async function begun(who: Payer): Promise<Down<'paying'>> {
  const paying = await who.begin(2);
  if (paying === undefined) throw new Error('there are seats');
  return paying;
}

/** Seats that this payer has booked, asked anew of the server. */
async function booked(who: Payer): Promise<number> {
  const { shows } = await who.client.mine();
  const bookings = shows.find((mine) => mine.show === show.id)?.bookings ?? [];
  return bookings
    .filter(({ state }) => state === 'booked')
    .reduce((sum, booking) => sum + booking.seats.length, 0);
}

const booksTwo = (who: Payer) =>
  soon('two seats are booked', async () => (await booked(who)) === 2);

/** The log has no fault, and says of money what the provider says. */
function expectSound(): void {
  const audit = auditLog(data);
  expect(audit.problems).toEqual([]);
  const said = sandbox.store.totals();
  for (const { currency, captured, refunded } of said) {
    const money = audit.payments[currency];
    expect(money?.captured, currency).toBe(captured);
    expect(money?.givenBack, currency).toBe(refunded);
    expect((money?.booked ?? 0) + (money?.owed ?? 0) + (money?.givenBack ?? 0)).toBe(captured);
  }
}

describe('a server that is killed', () => {
  it('[P4] [D2] before the provider has heard of a payment has it opened after the restart', async () => {
    const ann = payer();
    sandbox.outage = 'refuses';
    const paying = await begun(ann);
    await killAndStart();
    sandbox.outage = 'none';
    ann.act(await ann.reference(paying), 'pay');
    await booksTwo(ann);
    expectSound();
  });

  it('[P4] [D2] after the provider has acted, and before it was heard, opens nothing twice', async () => {
    const ann = payer();
    sandbox.outage = 'losesAnswers';
    const paying = await begun(ann);
    await pause(300);
    const before = sandbox.store.count;
    await killAndStart();
    sandbox.outage = 'none';
    ann.act(await ann.reference(paying), 'pay');
    await booksTwo(ann);
    expect(sandbox.store.count).toBe(before);
    expectSound();
  });

  it('[P4] [D2] while the payer pays hears of it when it is back', async () => {
    const ann = payer();
    const reference = await ann.reference(await begun(ann));
    await server.kill();
    ann.act(reference, 'pay');
    server = await start();
    await booksTwo(ann);
    expectSound();
  });

  it('[P4] [D2] at the very moment of the payment books it once', async () => {
    const ann = payer();
    const reference = await ann.reference(await begun(ann));
    ann.act(reference, 'pay', 'twice');
    await killAndStart();
    await booksTwo(ann);
    expectSound();
  });

  it('[P5] [D2] when money is owed back, before and after the provider gave it, gives it once', async () => {
    for (const outage of ['refuses', 'losesAnswers'] as const) {
      const ann = payer();
      const reference = await ann.reference(await begun(ann));
      ann.act(reference, 'pay', 'wrongAmount');
      await soon('money is owed', () => ann.news.some(({ type }) => type === 'refundOwed'));
      sandbox.outage = outage;
      await pause(100);
      await killAndStart();
      sandbox.outage = 'none';
      await soon('it is given back', () => sandbox.store.get(reference)?.refund === 'refunded');
      await soon('the log knows', () => (auditLog(data).payments.INR?.owed ?? 0) === 0);
      expectSound();
    }
  });
});

describe('a provider', () => {
  const outcomes: readonly (readonly [Behaviour, 'paid' | 'refunded'])[] = [
    ['normal', 'paid'],
    ['twice', 'paid'],
    ['lateCapture', 'paid'],
    ['wrongAmount', 'refunded'],
    ['wrongCurrency', 'refunded'],
  ];

  it.each(outcomes)('[P4] that does it like this: %s, ends it once: %s', async (how, ending) => {
    const ann = payer();
    ann.act(await ann.reference(await begun(ann)), 'pay', how);
    await soon(ending, () => ann.news.some(({ type }) => type === ending));
    await pause(200);
    expect(ann.news.filter(({ type }) => type === ending)).toHaveLength(1);
    expectSound();
  });

  it('[P4] that never calls back is asked', async () => {
    const ann = payer();
    ann.act(await ann.reference(await begun(ann)), 'pay', 'never');
    await booksTwo(ann);
    expectSound();
  }, 30_000);

  it('[P2] that says no leaves the hold as it was, for another try', async () => {
    const ann = payer();
    const paying = await begun(ann);
    ann.act(await ann.reference(paying), 'decline');
    await soon('it failed', () => ann.news.some(({ type }) => type === 'paymentFailed'));
    const again = await ann.client.pay(show.id, paying.hold);
    if (again.type === 'rejected') throw new Error(again.text);
    ann.act(await ann.reference(again), 'pay');
    await booksTwo(ann);
    expectSound();
  });

  it('[P2] [P4] that is down for a while is asked until it is there', async () => {
    const ann = payer();
    sandbox.outage = 'refuses';
    const paying = await begun(ann);
    await pause(5_000);
    sandbox.outage = 'none';
    ann.act(await ann.reference(paying), 'pay');
    await booksTwo(ann);
    expectSound();
  }, 30_000);

  it('[P3] whose success comes when the hold was given back books the seats if they are free', async () => {
    const ann = payer();
    const paying = await begun(ann);
    ann.act(await ann.reference(paying), 'pay', 'lateCapture');
    await ann.client.release(show.id, paying.hold);
    await booksTwo(ann);
    expectSound();
  });

  it('[P3] whose success comes when the seats are sold gives the money back', async () => {
    const [ann, bob] = [payer(), payer()];
    const paying = await begun(ann);
    const { shows } = await ann.client.mine();
    const seats = shows.flatMap(({ holds }) => holds).find((hold) => hold.hold === paying.hold);
    ann.act(await ann.reference(paying), 'pay', 'lateCapture');
    await ann.client.release(show.id, paying.hold);
    await bob.client.hold(show.id, seats?.seats ?? []);
    await soon('it is given back', () => ann.news.some(({ type }) => type === 'refunded'));
    expect(await booked(ann)).toBe(0);
    expectSound();
  });

  it('[B2] [P5] gives back what a cancelled booking cost', async () => {
    const ann = payer();
    const reference = await ann.reference(await begun(ann));
    ann.act(reference, 'pay');
    await booksTwo(ann);
    const paid = ann.news.find(({ type }) => type === 'paid');
    if (paid?.type !== 'paid') throw new Error('it was paid');
    await ann.client.cancel(show.id, [paid.booking]);
    await soon('it is given back', () => sandbox.store.get(reference)?.refund === 'refunded');
    await soon('the payer knows', () => ann.news.some(({ type }) => type === 'refunded'));
    expectSound();
  });

  it('[P4] is not believed without its signature', async () => {
    const body = JSON.stringify({ type: 'payment', payment: `${show.id}.1`, reference: 'x' });
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/payments/sandbox/callback`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sandbox-signature': 't=1,v1=00' },
      body,
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'callbackRefused' });
  });
});
