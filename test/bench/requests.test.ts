/** What the load sends and how it spreads: requests as any MessagePack library reads them. */
import fc from 'fast-check';
import { pack, unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { Cursor } from '../../bench/load/messagepack.ts';
import { deepestPipeline, planPlaces, SHARED_SEAT } from '../../bench/load/places.ts';
import type { RawClient } from '../../bench/load/raw-client.ts';
import {
  CODE_BOOK,
  CODE_RELEASE,
  countOf,
  frameOfHold,
  holdFrame,
  laneOf,
  MAX_LANES,
  sendRequest,
  sendRequestOfHold,
} from '../../bench/load/requests.ts';
import { parseOptions } from '../../bench/options.ts';

/** The outgoing bytes of a client without a socket behind them. */
class Outgoing implements Pick<RawClient, 'reserve' | 'outgoing'> {
  readonly outgoing = new Uint8Array(4096);
  length = 0;
  reserve(bytes: number): number {
    this.length += bytes;
    return this.length - bytes;
  }
}

const show = fc.stringMatching(/^[a-z0-9-]{1,24}$/);
const lane = fc.integer({ min: 0, max: MAX_LANES - 1 });
const count = fc.integer({ min: 0, max: 2 ** 30 - 1 });

describe('requests', () => {
  it('are plain MessagePack with a fixed-width id that tells lane and count', () => {
    const seat = fc.nat(99_999);
    const hold = fc.nat(2 ** 32 - 1);
    fc.assert(
      fc.property(show, lane, count, seat, hold, (id, inLane, sent, aSeat, aHold) => {
        const out = new Outgoing();
        sendRequest(out as unknown as RawClient, holdFrame(id, aSeat), inLane, sent);
        const first = out.length;
        const release = frameOfHold(CODE_RELEASE, id);
        sendRequestOfHold(out as unknown as RawClient, release, inLane, sent, aHold);
        const holding = unpack(out.outgoing.subarray(6, first)) as unknown[];
        const releasing = unpack(out.outgoing.subarray(first + 6, out.length)) as unknown[];
        expect(out.outgoing[1]).toBe(0x80 + first - 6);
        expect(out.outgoing[first + 1]).toBe(0x80 + out.length - first - 6);
        expect(holding).toEqual([8, expect.stringMatching(/^.{8}$/), id, [aSeat]]);
        expect(releasing).toEqual([11, holding[1], id, aHold]);
        expect(laneOf(out.outgoing, 9)).toBe(inLane);
        expect(countOf(out.outgoing, 9)).toBe(sent);
      }),
    );
  });

  it('differ between lanes and between one request and the next', () => {
    const ids = new Set<unknown>();
    const frame = frameOfHold(CODE_BOOK, 'k3x');
    for (const [inLane, sent] of [
      [0, 0],
      [0, 1],
      [0, 63],
      [0, 64],
      [1, 0],
      [64, 0],
    ] as const) {
      const out = new Outgoing();
      sendRequestOfHold(out as unknown as RawClient, frame, inLane, sent, 1);
      ids.add((unpack(out.outgoing.subarray(6, out.length)) as unknown[])[1]);
    }
    expect(ids.size).toBe(6);
  });
});

describe('planPlaces', () => {
  it('gives every seat to one connection at most and none of the shared ones', () => {
    const sizes = fc.array(fc.integer({ min: 2, max: 90 }), { minLength: 1, maxLength: 12 });
    const connections = fc.integer({ min: 1, max: 120 });
    const pipeline = fc.integer({ min: 1, max: 64 });
    fc.assert(
      fc.property(sizes, connections, pipeline, (seats, users, deep) => {
        const shows = seats.map((each, index) => ({ id: `s${index}`, seats: each }));
        const plan = planPlaces(shows, users, deep);
        const all = plan.flat().map((place) => `${place.show}/${place.seat}`);
        expect(new Set(all).size).toBe(all.length);
        for (const places of plan) {
          for (const place of places) {
            expect(place.seat).toBeGreaterThan(SHARED_SEAT);
            expect(place.seat).toBeLessThan(shows[place.show]?.seats ?? 0);
            // Ten a user and show is the rule, and a shared seat may come on top [H2].
            expect(places.filter((other) => other.show === place.show).length).toBeLessThan(10);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('carries the usual load', () => {
    const shows = Array.from({ length: 200 }, (_, index) => ({ id: `s${index}`, seats: 60 }));
    expect(deepestPipeline(planPlaces(shows, 32, 64))).toBe(200);
    expect(deepestPipeline(planPlaces(shows, 256, 1))).toBeGreaterThan(40);
  });
});

describe('Cursor', () => {
  it('steps over and reads whatever a library writes', () => {
    const values = fc.array(
      fc.oneof(
        fc.integer(),
        fc.maxSafeNat(),
        fc.double({ noNaN: true }),
        fc.stringMatching(/^[ -~]{0,300}$/),
        fc.boolean(),
        fc.constant(null),
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.dictionary(fc.string(), fc.nat(), { maxKeys: 20 }),
      ),
    );
    fc.assert(
      fc.property(values, fc.nat(), fc.array(fc.integer()), (before, number, numbers) => {
        const bytes = pack([...before, number, numbers]);
        const cursor = new Cursor().reset(bytes, 0, bytes.length);
        expect(cursor.arrayLength()).toBe(before.length + 2);
        cursor.skip(before.length);
        expect(cursor.number()).toBe(number);
        expect(cursor.numbers()).toEqual(numbers);
        expect(cursor.at).toBe(bytes.length);
      }),
    );
  });
});

describe('parseOptions', () => {
  it('has the usual values where nothing is said', () => {
    expect(parseOptions([])).toMatchObject({
      type: 'scenario',
      name: 'hold',
      json: false,
      runs: 1,
      options: { connections: 32, pipeline: 64, seconds: 5, target: undefined },
    });
  });

  it.each([
    ['127.0.0.1:80', '127.0.0.1'],
    ['localhost:80', 'localhost'],
    ['http://[::1]:80', '::1'],
    ['127.8.9.1:80', '127.8.9.1'],
  ])('loads this machine at %s without being told whose it is', (address, host) => {
    const parsed = parseOptions(['hold', '--address', address]);
    expect(parsed).toMatchObject({ type: 'scenario', options: { target: { host, port: 80 } } });
  });

  it('loads another machine where its owner says so', () => {
    const parsed = parseOptions(['hold', '--address', 'example.org:8080', '--i-own-this']);
    const target = { host: 'example.org', port: 8080 };
    expect(parsed).toMatchObject({ type: 'scenario', options: { target } });
  });

  it.each([
    [['sell'], 'there is no scenario sell'],
    [['hold', '--connections', 'many'], '--connections is a whole number from 1'],
    [['hold', '--seconds', '0'], '--seconds is a whole number from 1'],
    [['hold', '--pipeline', '1.5'], '--pipeline is a whole number from 1'],
    [['hold', '--depth', '3'], 'Unknown option'],
    [['hold', 'echo'], 'one at a time'],
    [['engine', '--address', '127.0.0.1:80'], 'Unknown option'],
    [['hold', '--address', 'example.org:80'], '--i-own-this'],
    [['hold', '--address', '10.0.0.1:80'], '--i-own-this'],
    [['hold', '--address', 'https://127.0.0.1:80'], 'does not speak TLS'],
    [['hold', '--address', '127.0.0.1:99999'], '--address is host:port'],
    [['hold', '--address', '127.0.0.1/shows'], '--address is host:port'],
    [['budgets', '--only', 'G1,G0'], 'there is no budget G0'],
    [['budgets', '--runs', '0'], '--runs is a whole number from 1'],
    [['hold', '--clients', '3', '--connections', '2'], '--clients may not be more'],
    [['hold', '--seed'], 'value is missing'],
  ])('refuses %j', (argv, reason) => {
    const parsed = parseOptions(argv);
    expect(parsed).toMatchObject({ type: 'refused', reason: expect.stringContaining(reason) });
  });
});
