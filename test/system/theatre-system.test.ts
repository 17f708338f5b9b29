/** A theatre that keeps its own inventory is asked before anybody pays, and told after [B4]. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { showId } from '../../engine/ids.ts';
import { connect, type Down, type UsherClient } from '../../gateway/client/index.ts';
import { Sandbox } from '../../gateway/payments/sandbox/sandbox-server.ts';
import { addPartner, Desk, openCinema, text } from '../support/partner-desk.ts';
import { SANDBOX_SECRET, soon } from '../support/payers.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { isSignedWith, TheatreServer } from '../support/theatre-server.ts';

let folder = '';
let server: ServerProcess;
let sandbox: Sandbox;
let theatre: TheatreServer;
let theatreSecret = '';
let show = showId('');
let client: UsherClient;
let news: (Down<'paid'> | Down<'paymentFailed'> | Down<'paymentReady'>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-theatre-'));
  const data = join(folder, 'usher.db');
  sandbox = await Sandbox.start({ port: 0, secret: SANDBOX_SECRET });
  theatre = await TheatreServer.start();
  const payments = ['--payments', 'sandbox', '--sandbox-url', sandbox.url];
  const flags = [...payments, '--sandbox-secret', SANDBOX_SECRET, '--demo-days', '1'];
  server = await startServerProcess({ data, flags: [...flags, '--log-level', 'error'] });
  const operator = Desk.operator(server.url, data);
  const lux = await addPartner(operator, 'lux');
  const kept = { theatreSystem: theatre.url };
  const changed = await operator.ask('PATCH', '/api/v1/operator/partners/lux', kept);
  theatreSecret = text(changed, 'theatreSecret');
  show = showId((await openCinema(lux, 'lux')).show);
  client = connect({ url: server.socketUrl, WebSocket: WebSocket as never });
  for (const type of ['paid', 'paymentFailed', 'paymentReady'] as const) {
    client.on(type, (message) => news.push(message));
  }
}, 60_000);

beforeEach(() => {
  news = [];
});

afterAll(async () => {
  client.close();
  await server.stop();
  await sandbox.stop();
  await theatre.stop();
  await rm(folder, { recursive: true, force: true });
});

async function pay(): Promise<string> {
  const held = await client.holdBest(show, 1);
  if (held.type === 'rejected') throw new Error(held.text);
  const paying = await client.pay(show, held.hold);
  if (paying.type === 'rejected') throw new Error(paying.text);
  return `${show}.${paying.payment}`;
}

const heard = (type: string) => news.find((message) => message.type === type);

describe('a theatre with its own inventory', () => {
  it('[B4] locks the seats before the payer sees a page, and hears of the booking', async () => {
    theatre.mood = 'locks';
    const payment = await pay();
    await soon('a page', () => heard('paymentReady') !== undefined);
    expect(theatre.of(payment)).toEqual(['lock']);
    const ready = heard('paymentReady');
    if (ready?.type !== 'paymentReady') throw new Error('it is ready');
    sandbox.act(ready.url.slice(ready.url.lastIndexOf('/') + 1), 'pay', 'normal');
    await soon('it is told', () => theatre.of(payment).length === 2);
    const confirmed = theatre.calls.find(
      ({ what, payment: of }) => of === payment && what === 'confirm',
    );
    expect(confirmed?.booking).toMatch(/^[A-Z0-9-]+$/);
    expect(confirmed?.seats[0]?.name).toMatch(/Hall [AB] \d/);
    expect(theatre.calls.every((call) => isSignedWith(theatreSecret, call))).toBe(true);
  });

  it('[B4] that refuses is taken at its word: nothing is charged, the hold is as it was', async () => {
    theatre.mood = 'refuses';
    const before = sandbox.store.count;
    const payment = await pay();
    await soon('it failed', () => heard('paymentFailed') !== undefined);
    expect(heard('paymentFailed')).toMatchObject({ reason: 'theatreRefused' });
    expect(sandbox.store.count).toBe(before);
    await soon('it is let go', () => theatre.of(payment).includes('release'));
  });

  it('[B4] that says nothing for three seconds has refused', async () => {
    theatre.mood = 'silent';
    const startedMs = performance.now();
    await pay();
    await soon('it failed', () => heard('paymentFailed') !== undefined);
    const tookMs = performance.now() - startedMs;
    expect(heard('paymentFailed')).toMatchObject({ reason: 'theatreRefused' });
    expect(tookMs).toBeGreaterThan(2_900);
    expect(tookMs).toBeLessThan(4_500);
  });
});
