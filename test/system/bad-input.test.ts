/**
 * What no good client sends, on real sockets: each is answered with a code, the connection lives,
 * and everybody else is served all the while.
 */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestId, showId } from '../../engine/ids.ts';
import { rejectionTable } from '../../engine/show/rejections.ts';
import { type WireErrorReason, wireErrors } from '../../gateway/wire/errors.ts';
import type { Down, DownMessage, UpMessage } from '../../gateway/wire/message-types.ts';
import { up } from '../../gateway/wire/messages.ts';
import { upMessage } from '../gateway/wire/up-messages.ts';
import { type DemoShow, findShow } from '../support/demo-show.ts';
import { type Protocol, RawSocket } from '../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import {
  badUtf8,
  extensions,
  hugeArrays,
  maps,
  negativeSeats,
  nested,
  neverUsed,
  pack,
  type SpoiltFrame,
  trailing,
  truncated,
  unknownCodes,
} from '../support/spoilt-frames.ts';
import { type WrongField, wrongFields } from '../support/wrong-fields.ts';

const flags = ['--demo-days', '1', '--messages-per-second', '0', '--log-level', 'warn'];
const protocols = ['msgpack', 'json'] as const;

let server: ServerProcess;
let show: DemoShow;
/** Served all the while. */
let neighbour: GoodNeighbour;
let bad: Record<Protocol, RawSocket>;

/** Holds and releases a seat over and over, and notes how long each answer takes. */
class GoodNeighbour {
  readonly latenciesMs: number[] = [];
  readonly #raw: RawSocket;
  readonly #show: DemoShow;
  #stopped = false;
  #done: Promise<void> | undefined;

  constructor(raw: RawSocket, neighbourShow: DemoShow) {
    this.#raw = raw;
    this.#show = neighbourShow;
  }

  start(): void {
    this.#done = this.#live();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    await this.#raw.close();
  }

  async #live(): Promise<void> {
    const { id } = this.#show;
    while (!this.#stopped) {
      const startedMs = performance.now();
      const hold = { type: 'hold', requestId: this.#raw.nextId(), show: id, seats: [7] } as const;
      const held = await this.#raw.ask(hold, 'held');
      const release = { requestId: this.#raw.nextId(), show: id, hold: held.hold };
      await this.#raw.ask({ type: 'release', ...release }, 'released');
      this.latenciesMs.push((performance.now() - startedMs) / 2);
      await new Promise((later) => setTimeout(later, 3));
    }
  }
}

beforeAll(async () => {
  server = await startServerProcess({ flags });
  const { raw } = await RawSocket.greeted(server.socketUrl);
  show = await findShow(raw, 96);
  neighbour = new GoodNeighbour(raw, show);
  neighbour.start();
  bad = {
    msgpack: (await RawSocket.greeted(server.socketUrl)).raw,
    json: (await RawSocket.greeted(server.socketUrl, 'json')).raw,
  };
});

afterAll(async () => {
  await server.stop();
});

/** Sends one frame and gives the error that answers it. */
async function errorTo(raw: RawSocket, frame: Uint8Array | string): Promise<Down<'error'>> {
  raw.sendRaw(frame);
  return raw.push('error');
}

function expectError(
  error: Down<'error'>,
  what: string,
  reasons: readonly WireErrorReason[],
  id: string | null,
): void {
  expect(reasons, `${what}: ${error.reason}, ${error.text}`).toContain(error.reason);
  expect(error.code, what).toBe(wireErrors[error.reason as WireErrorReason].code);
  expect(error.requestId ?? null, what).toBe(id);
  expect(error.text.length, what).toBeGreaterThan(5);
}

/** The connection is as good as it was. */
async function expectAlive(raw: RawSocket): Promise<void> {
  await raw.ask({ type: 'ping', requestId: raw.nextId() }, 'pong');
  const best = { type: 'holdBest', requestId: raw.nextId(), show: show.id } as const;
  const { hold } = await raw.ask({ ...best, count: 1, tier: null, split: null }, 'held');
  const release = { requestId: raw.nextId(), show: show.id, hold };
  await raw.ask({ type: 'release', ...release }, 'released');
  expect(raw.unclaimed()).toEqual([]);
}

async function expectRefused(raw: RawSocket, frames: readonly SpoiltFrame[]): Promise<void> {
  expect(frames.length).toBeGreaterThanOrEqual(5);
  for (const { what, bytes, reasons, requestId: id } of frames) {
    expectError(await errorTo(raw, bytes), what, reasons, id);
  }
  await expectAlive(raw);
}

describe('MessagePack that is none of ours', () => {
  const kinds: readonly [string, () => readonly SpoiltFrame[]][] = [
    ['cut-off messages', () => truncated(show.id)],
    ['bytes after the message', () => trailing(show.id)],
    ['extension types', () => extensions(show.id)],
    ['the byte that is never used', () => neverUsed(show.id)],
    ['maps instead of arrays', () => maps(show.id)],
    ['deep nesting', () => nested(show.id)],
    ['huge arrays', () => hugeArrays(show.id)],
    ['texts that are no UTF-8', () => badUtf8(show.id)],
    ['negative, broken and endless seat numbers', () => negativeSeats(show.id)],
    ['unknown codes', () => unknownCodes()],
  ];
  it.each(kinds)('%s get a coded error each', async (_, frames) => {
    await expectRefused(bad.msgpack, frames());
  });
});

describe.each(protocols)('wrong fields over %s', (protocol) => {
  const byType = new Map<string, WrongField[]>();
  for (const each of wrongFields()) {
    byType.set(each.type, [...(byType.get(each.type) ?? []), each]);
  }

  it.each([...byType])('of %s are named in the error', async (_, cases) => {
    const raw = bad[protocol];
    expect(cases.length).toBeGreaterThanOrEqual(5);
    for (const { type, field, value, tuple, object } of cases) {
      const frame = protocol === 'json' ? JSON.stringify(object) : pack(tuple);
      const error = await errorTo(raw, frame);
      const what = `${type}.${field} = ${JSON.stringify(value)}`;
      expectError(error, what, ['invalidField'], field === 'requestId' ? null : 'r1');
      expect(error.text, what).toContain(`${type}.${field}`);
    }
    await expectAlive(raw);
  });
});

describe('JSON that is none of ours', () => {
  it('garbage gets a coded error each', async () => {
    const garbage = [
      '',
      '{',
      '}',
      'null',
      '[]',
      '123',
      '"hold"',
      '{"type"',
      '{"type":"ping"',
      '\u0000',
    ];
    const deep = ['['.repeat(1_000), `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`, '[[[[1]]]]'];
    for (const text of [...garbage, ...deep]) {
      expectError(await errorTo(bad.json, text), text.slice(0, 20), ['malformed'], null);
    }
    await expectAlive(bad.json);
  });

  it('unknown types get a coded error each', async () => {
    const types = ['nope', '', 'HOLD', 'held', 'toString', '__proto__', 'constructor', 5, null, {}];
    for (const type of types) {
      const text = JSON.stringify({ type, requestId: 'r' });
      expectError(await errorTo(bad.json, text), text, ['unknownMessage'], null);
    }
    await expectAlive(bad.json);
  });

  it('deep and negative seats get a coded error each', async () => {
    const depth = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
    const seats = [depth(100), depth(900), '{"0":1}', '[-1]', '[1,-7]', '[-0.5]', '[1e400]', '-1'];
    for (const each of seats) {
      const text = `{"type":"hold","requestId":"r","show":"${show.id}","seats":${each}}`;
      expectError(await errorTo(bad.json, text), each.slice(0, 20), ['invalidField'], 'r');
    }
    await expectAlive(bad.json);
  });
});

describe.each(protocols)('over %s', (protocol) => {
  it('frames of the other kind get a coded error each', async () => {
    const raw = bad[protocol];
    for (let length = 0; length < 5; length++) {
      const frame = protocol === 'json' ? Buffer.alloc(length, 0x90) : 'x'.repeat(length);
      expectError(await errorTo(raw, frame), `${length} bytes`, ['malformed'], null);
    }
    await expectAlive(raw);
  });

  it('a message above 2 KiB is refused, one above 16 KiB closes', async () => {
    const raw = bad[protocol];
    const frame = (length: number) =>
      protocol === 'json' ? ' '.repeat(length) : Buffer.alloc(length);
    for (const length of [2_049, 3_072, 8_000, 16_000, 16_384]) {
      expectError(await errorTo(raw, frame(length)), `${length} bytes`, ['tooLarge'], null);
    }
    await expectAlive(raw);
    for (const length of [16_385, 20_480, 65_536, 200_000, 1_048_576]) {
      const { raw: large } = await RawSocket.greeted(server.socketUrl, protocol);
      large.sendRaw(frame(length));
      await large.closed;
      expect(large.unclaimed()).toEqual([]);
    }
  });

  it('nothing is done before the hello', async () => {
    const raw = await RawSocket.open(server.socketUrl, protocol);
    const named = () => ({ requestId: raw.nextId(), show: show.id });
    const early: readonly UpMessage[] = [
      { type: 'ping', requestId: raw.nextId() },
      { type: 'cities', requestId: raw.nextId() },
      { type: 'mine', requestId: raw.nextId() },
      { type: 'watch', ...named() },
      { type: 'hold', ...named(), seats: [1] },
      { type: 'wait', ...named(), party: 2 },
      { type: 'leave', ...named() },
    ];
    for (const message of early) {
      raw.send(message);
      expectError(await raw.push('error'), message.type, ['helloFirst'], message.requestId);
    }
    await raw.ask({ type: 'hello', requestId: raw.nextId(), token: null }, 'welcome');
    await expectAlive(raw);
    await raw.close();
  });

  it('a second hello is refused and changes nothing', async () => {
    const { raw, welcome } = await RawSocket.greeted(server.socketUrl, protocol);
    for (const token of [null, welcome.token, 'forged.token', 'x', null]) {
      const hello = { type: 'hello', requestId: raw.nextId(), token } as const;
      raw.send(hello);
      expectError(await raw.push('error'), 'hello', ['alreadyGreeted'], hello.requestId);
    }
    await expectAlive(raw);
    await raw.close();
  });

  it('[R1] shows that do not exist and seats that no hall has are refused by the rules', async () => {
    const raw = bad[protocol];
    const reasonOf = (answer: DownMessage) =>
      answer.type === 'rejected' || answer.type === 'error' ? [answer.reason, answer.code] : [];
    const refusal = (reason: keyof typeof rejectionTable) => [reason, rejectionTable[reason].code];
    for (const id of ['nosuch', 'a', 'x'.repeat(24), '0', '161xyz']) {
      const named = () => ({ requestId: raw.nextId(), show: showId(id) });
      const asked: readonly UpMessage[] = [
        { type: 'hold', ...named(), seats: [1] },
        { type: 'holdBest', ...named(), count: 1, tier: null, split: null },
        { type: 'wait', ...named(), party: 1 },
        { type: 'leave', ...named() },
        { type: 'watch', ...named() },
      ];
      for (const message of asked) {
        const answer = await raw.ask(message, 'rejected', 'error');
        expect(reasonOf(answer), `${message.type} ${id}`).toEqual(refusal('showNotFound'));
      }
      const details = await raw.ask({ type: 'show', ...named() }, 'rejected', 'error');
      expect(reasonOf(details)).toEqual(['notFound', wireErrors.notFound.code]);
    }
    for (const seat of [show.seats, show.seats + 1, 65_535, 2 ** 31, 2 ** 32, 2 ** 53 - 1]) {
      const hold = { type: 'hold', requestId: raw.nextId(), show: show.id } as const;
      const answer = await raw.ask({ ...hold, seats: [1, seat] }, 'rejected', 'error');
      expect(reasonOf(answer), `seat ${seat}`).toEqual(refusal('invalidSeats'));
      expect(answer).toMatchObject({ details: { problem: 'unknown', seats: [seat] } });
    }
    await expectAlive(raw);
  });
});

describe.each(protocols)('any well-formed message over %s', (protocol) => {
  it('is answered by its id, whatever it says', async () => {
    const { raw } = await RawSocket.greeted(server.socketUrl, protocol);
    const messages = fc.sample(upMessage, { numRuns: 600, seed: 20_261_123 });
    for (const [index, any] of messages.entries()) {
      // Half of them are about a show that there is.
      const real = 'show' in any && index % 2 === 0 ? { show: show.id } : {};
      const message = { ...any, ...real, requestId: requestId(`any-${index}`) };
      const { message: answer } = await raw.askRaw(message);
      const sane = answer?.type !== 'error' || answer.reason !== 'malformed';
      expect(sane, JSON.stringify([message, answer])).toBe(true);
    }
    // A watched show may have had news meanwhile, and nothing else was said.
    const news = new Set(raw.unclaimed().map((message) => message?.type));
    for (const type of news) expect(['seats', 'line', 'mineChanged']).toContain(type);
    await raw.close();
  });
});

describe('shows that do not exist', () => {
  it('do not use up what a connection may watch', async () => {
    const { raw } = await RawSocket.greeted(server.socketUrl);
    for (let count = 0; count < 40; count++) {
      const watch = { requestId: raw.nextId(), show: showId(`nosuch-${count}`) };
      const answer = await raw.ask({ type: 'watch', ...watch }, 'rejected', 'error');
      expect(answer.reason, `unknown show ${count}`).toBe('showNotFound');
    }
    await raw.ask({ type: 'watch', requestId: raw.nextId(), show: show.id }, 'watching');
    await raw.close();
  });
});

describe('a text frame that is no UTF-8', () => {
  it('closes the connection, as the WebSocket standard asks', async () => {
    for (const hex of ['ff', 'c080', 'eda080', 'e282', '7b22ff22']) {
      const { raw } = await RawSocket.greeted(server.socketUrl, 'json');
      raw.socket.send(Buffer.from(hex, 'hex'), { binary: false });
      await raw.closed;
    }
  });
});

describe('everybody else', () => {
  it('was served all the while', async () => {
    await Promise.all([bad.msgpack.close(), bad.json.close()]);
    await neighbour.stop();
    const { latenciesMs } = neighbour;
    const sorted = latenciesMs.toSorted((one, other) => one - other);
    const worst = sorted.at(-1) ?? Number.POSITIVE_INFINITY;
    const median = sorted[sorted.length >> 1] ?? Number.POSITIVE_INFINITY;
    console.log(JSON.stringify({ served: sorted.length, median, worst }));
    expect(sorted.length).toBeGreaterThan(30);
    expect(worst).toBeLessThan(1_000);
    expect(server.log()).toBe('');
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const errors = Number(/^usher_errors_total\{gateway="0"\} (\d+)$/m.exec(metrics)?.[1]);
    expect(errors).toBeGreaterThan(Object.keys(up).length * 5 * protocols.length);
  });
});
