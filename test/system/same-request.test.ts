/**
 * The same request id, sent before and after the server was killed: decided once, and answered
 * with the very same bytes [H7].
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestId } from '../../engine/ids.ts';
import type { Down, DownMessage, UpMessage } from '../../gateway/wire/message-types.ts';
import { type DemoShow, findShow } from '../support/demo-show.ts';
import { quietPort } from '../support/quiet-port.ts';
import { type Protocol, RawSocket } from '../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const flags = ['--demo-days', '1', '--messages-per-second', '0', '--log-level', 'warn'];
const protocols = ['msgpack', 'json'] as const;
const PIPELINED = 40;

let folder = '';
let start: () => Promise<ServerProcess>;
let server: ServerProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-same-'));
  const data = join(folder, 'usher.db');
  const port = await quietPort();
  start = () => startServerProcess({ data, port, flags });
  server = await start();
});

afterAll(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

async function crash(): Promise<void> {
  await server.kill();
  server = await start();
}

/** A request that was made and the frame that answered it. */
interface Asked {
  readonly message: UpMessage;
  readonly answer: Buffer;
}

/** A session that has asked for one thing of each kind, and every request with its answer. */
class Customer {
  readonly protocol: Protocol;
  readonly asked: Asked[] = [];
  readonly token: string;
  #raw: RawSocket;

  private constructor(protocol: Protocol, raw: RawSocket, token: string) {
    this.protocol = protocol;
    this.#raw = raw;
    this.token = token;
  }

  static async arrive(protocol: Protocol): Promise<Customer> {
    const { raw, welcome } = await RawSocket.greeted(server.socketUrl, protocol);
    return new Customer(protocol, raw, welcome.token);
  }

  get raw(): RawSocket {
    return this.#raw;
  }

  async ask<Name extends DownMessage['type']>(message: UpMessage, type: Name): Promise<Down<Name>> {
    const heard = await this.#raw.askRaw(message);
    expect(heard.message?.type, JSON.stringify(heard.message)).toBe(type);
    this.asked.push({ message, answer: heard.bytes });
    return heard.message as Down<Name>;
  }

  async comeBack(): Promise<void> {
    const { raw, welcome } = await RawSocket.greeted(server.socketUrl, this.protocol, this.token);
    expect(welcome.token).toBe(this.token);
    this.#raw = raw;
  }

  /** Sends everything again and compares each answer with the first one, byte by byte. */
  async askAgain(): Promise<void> {
    for (const { message, answer } of this.asked) {
      const { bytes } = await this.#raw.askRaw(message);
      const what = `${message.type}: ${bytes} instead of ${answer}`;
      expect(bytes.equals(answer), what).toBe(true);
    }
  }
}

/** Takes every seat of a small hall, so that others can only wait. */
async function fill(show: DemoShow): Promise<void> {
  const parties = show.seats / 10;
  for (let party = 0; party < parties; party++) {
    const { raw } = await RawSocket.greeted(server.socketUrl);
    const seats = Array.from({ length: 10 }, (_, index) => party * 10 + index);
    const asked = { type: 'hold', requestId: raw.nextId(), show: show.id, seats } as const;
    await raw.ask(asked, 'held');
    await raw.close();
  }
}

describe.each(protocols)('a request id over %s', (protocol) => {
  it('[H7] is answered the same before and after a crash, whatever was asked', async () => {
    const customer = await Customer.arrive(protocol);
    const { id: show } = await findShow(customer.raw, 96, protocols.indexOf(protocol));
    const small = await findShow(customer.raw, 60, protocols.indexOf(protocol));
    await fill(small);
    let count = 0;
    const named = () => ({ requestId: requestId(`again-${count++}`), show });

    const kept = await customer.ask({ type: 'hold', ...named(), seats: [3, 4, 5] }, 'held');
    const best = await customer.ask({ type: 'holdBest', ...named(), count: 2, tier: null, split: null }, 'held');
    const other = await customer.ask({ type: 'hold', ...named(), seats: [9] }, 'held');
    await customer.ask({ type: 'change', ...named(), hold: kept.hold, seats: [3, 4] }, 'held');
    await customer.ask({ type: 'release', ...named(), hold: other.hold }, 'released');
    const { booking } = await customer.ask({ type: 'book', ...named(), hold: best.hold }, 'booked');
    await customer.ask({ type: 'cancel', ...named(), bookings: [booking] }, 'cancelled');
    const wait = { type: 'wait', ...named(), show: small.id, party: 2 } as const;
    await customer.ask(wait, 'waiting');

    await customer.askAgain();
    await crash();
    await customer.comeBack();
    await customer.askAgain();

    const { shows } = await customer.raw.ask(
      { type: 'mine', requestId: requestId('mine') },
      'mineFound',
    );
    const mine = shows.find((each) => each.show === show);
    expect(mine?.holds.map(({ hold, seats }) => [hold, seats])).toEqual([[kept.hold, [3, 4]]]);
    expect(mine?.bookings.map((each) => [each.booking, each.state])).toEqual([
      [booking, 'cancelled'],
    ]);
    expect(shows.find((each) => each.show === small.id)?.wait).toMatchObject({ party: 2 });

    // A decision of long ago is still answered as it was after a clean stop, from a snapshot.
    await customer.ask({ type: 'leave', ...named(), show: small.id }, 'left');
    server.signal('SIGTERM');
    expect(await server.ended).toEqual({ code: 0, signal: null });
    server = await start();
    await customer.comeBack();
    // The wait has ended since: its place then is told as it is now.
    const line = customer.asked.findIndex(({ message }) => message.type === 'wait');
    customer.asked.splice(line, 1);
    await customer.askAgain();
    await customer.raw.close();
  });

  it('[H7] [D2] that was under way when the server was killed is decided once', async () => {
    const customer = await Customer.arrive(protocol);
    const { id: show } = await findShow(customer.raw, 420, protocols.indexOf(protocol));
    const holds = Array.from({ length: PIPELINED }, (_, index) => ({
      type: 'hold' as const,
      requestId: requestId(`cut-${index}`),
      show,
      // Ten of them fit under the limit of ten seats; the others are refused, again and again.
      seats: [index],
    }));
    for (const hold of holds) customer.raw.send(hold);
    await customer.raw.next((message) => message.type === 'held', 'the first answer');
    await crash();

    const heard = customer.raw.unclaimed().filter((message) => message?.type === 'held').length;
    await customer.comeBack();
    const answers: DownMessage[] = [];
    for (const hold of holds) answers.push(await customer.raw.ask(hold, 'held', 'rejected'));
    const held = answers.filter((answer) => answer.type === 'held');
    const refused = answers.filter((answer) => answer.type === 'rejected');
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['overSeatLimit']));
    expect(held.map(({ seats }) => seats)).toEqual(holds.slice(0, 10).map(({ seats }) => seats));
    expect(heard).toBeLessThan(held.length);
    const { shows } = await customer.raw.ask(
      { type: 'mine', requestId: requestId('mine') },
      'mineFound',
    );
    const mine = shows.find((each) => each.show === show);
    expect(mine?.holds.map(({ hold, seats }) => [hold, ...seats])).toEqual(
      held.map(({ hold, seats }) => [hold, ...seats]),
    );
    await customer.raw.close();
  });
});
