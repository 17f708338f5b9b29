/** Proves that watchers hear of every change, put together and only as often as they must. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { showId } from '../../../engine/ids.ts';
import { unpackSeats } from '../../../gateway/client/live-show.ts';
import { FanOut } from '../../../gateway/sockets/fan-out.ts';
import { jsonClientCodec, msgpackClientCodec } from '../../../gateway/wire/client-codec.ts';
import type { DownMessage } from '../../../gateway/wire/message-types.ts';
import type { ShowChange } from '../../../gateway/workers/change-entry.ts';

const show = showId('s1');
const pauseMs = 120;
const pause = () => new Promise((later) => setTimeout(later, pauseMs));

interface Published {
  readonly topic: string;
  readonly message: DownMessage | undefined;
}

let published: Published[] = [];
let fanOut: FanOut;

beforeEach(() => {
  published = [];
  // All that it does with the app is to publish; frames are read as a client reads them.
  const app = {
    publish(topic: string, frame: Uint8Array | string, isBinary: boolean) {
      const codec = isBinary ? msgpackClientCodec : jsonClientCodec;
      const own = typeof frame === 'string' ? frame : Uint8Array.from(frame);
      published.push({ topic, message: codec.decode(own) });
      return true;
    },
  };
  fanOut = new FanOut(app as unknown as ConstructorParameters<typeof FanOut>[0]);
});

afterEach(() => {
  fanOut.stop();
});

function change(fromSeq: number, toSeq: number, more: Partial<ShowChange> = {}): ShowChange {
  const nothing = { changes: [], serving: 0, waiting: 0, departed: [], phase: undefined };
  return { show, fromSeq, toSeq, ...nothing, ...more };
}

const messages = () => published.map(({ message }) => message);

describe('changes of a watched show', () => {
  it('are put together: a seat is told once, as it is in the end', async () => {
    fanOut.watch(show, false);
    fanOut.take(change(4, 5, { changes: [7 * 4 + 1, 8 * 4 + 1] }));
    fanOut.take(change(5, 7, { changes: [7 * 4 + 0, 9 * 4 + 1] }));
    fanOut.take(change(7, 8, { changes: [9 * 4 + 2] }));
    expect(published).toEqual([]);
    await pause();
    expect(messages()).toEqual([
      { type: 'seats', show, fromSeq: 4, toSeq: 8, changes: [7 * 4 + 0, 8 * 4 + 1, 9 * 4 + 2] },
    ]);
  });

  it('follow each other without a gap, over as many tellings as it takes', async () => {
    fanOut.watch(show, false);
    let seq = 10;
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 5; count++) fanOut.take(change(seq, ++seq));
      await pause();
    }
    const told = messages().flatMap((each) => (each?.type === 'seats' ? [each] : []));
    expect(told.map(({ fromSeq, toSeq }) => [fromSeq, toSeq])).toEqual([
      [10, 15],
      [15, 20],
      [20, 25],
    ]);
  });

  it('give the same map as a list of single steps', async () => {
    fanOut.watch(show, false);
    const truth = unpackSeats(new Uint8Array(25));
    const seen = unpackSeats(new Uint8Array(25));
    for (let step = 0; step < 400; step++) {
      const packed = ((step * 37) % 100) * 4 + ((step * 13) % 4);
      truth[packed >> 2] = packed & 3;
      fanOut.take(change(step, step + 1, { changes: [packed] }));
      if (step % 150 === 0) await pause();
    }
    await pause();
    for (const message of messages()) {
      if (message?.type !== 'seats') continue;
      for (const packed of message.changes) seen[packed >> 2] = packed & 3;
    }
    expect(seen).toEqual(truth);
  });

  it('are told in each subprotocol that somebody watches in, and in no other', async () => {
    fanOut.watch(show, true);
    fanOut.take(change(1, 2));
    await pause();
    expect(published.map(({ topic }) => topic)).toEqual([FanOut.topic(show, true)]);
    fanOut.watch(show, false);
    fanOut.take(change(2, 3));
    await pause();
    const [, ...later] = published;
    expect(later.map(({ topic }) => topic).sort()).toEqual(
      [FanOut.topic(show, true), FanOut.topic(show, false)].sort(),
    );
    expect(later[0]?.message).toEqual(later[1]?.message);
    expect(fanOut.stats).toEqual({ published: 2, deliveries: 3 });
  });

  it('of other shows are kept apart', async () => {
    const other = showId('s2');
    fanOut.watch(show, false);
    fanOut.watch(other, false);
    fanOut.take(change(1, 2, { changes: [5] }));
    fanOut.take({ ...change(8, 9, { changes: [6] }), show: other });
    await pause();
    expect(messages()).toEqual([
      { type: 'seats', show, fromSeq: 1, toSeq: 2, changes: [5] },
      { type: 'seats', show: other, fromSeq: 8, toSeq: 9, changes: [6] },
    ]);
  });
});

describe('the line', () => {
  it('[W8] is told once, with everybody who left it, and only where it moved', async () => {
    fanOut.watch(show, false);
    fanOut.take(change(1, 2, { serving: 3, waiting: 5 }));
    fanOut.take(change(2, 3, { serving: 4, waiting: 4, departed: [3] }));
    fanOut.take(change(3, 4, { serving: 4, waiting: 3, departed: [9] }));
    await pause();
    const moved = { type: 'line', show, serving: 4, waiting: 3, departed: [3, 9] };
    expect(messages()[1]).toEqual(moved);
    fanOut.take(change(4, 5, { serving: 4, waiting: 3, changes: [4] }));
    await pause();
    expect(messages().map((message) => message?.type)).toEqual(['seats', 'line', 'seats']);
  });

  it('[W8] is told where one left and another came', async () => {
    fanOut.watch(show, false);
    fanOut.take(change(1, 2, { serving: 1, waiting: 2 }));
    await pause();
    fanOut.take(change(2, 4, { serving: 1, waiting: 2, departed: [2] }));
    await pause();
    expect(messages().at(-1)).toMatchObject({ type: 'line', departed: [2] });
  });
});

describe('a phase', () => {
  it('[S3] is told after the seats of the same decisions', async () => {
    fanOut.watch(show, false);
    fanOut.take(change(1, 2, { phase: 'closed' }));
    fanOut.take(change(2, 3, { changes: [4] }));
    await pause();
    expect(messages().map((message) => message?.type)).toEqual(['seats', 'phaseChanged']);
    expect(messages()[1]).toEqual({ type: 'phaseChanged', show, phase: 'closed', seq: 3 });
  });
});

describe('watchers', () => {
  it('are counted: the last one ends it', async () => {
    fanOut.watch(show, false);
    fanOut.watch(show, true);
    fanOut.watch(show, false);
    expect([...fanOut.shows]).toEqual([show]);
    expect(fanOut.unwatch(show, false)).toBe(false);
    expect(fanOut.unwatch(show, true)).toBe(false);
    fanOut.take(change(1, 2));
    expect(fanOut.unwatch(show, false)).toBe(true);
    expect([...fanOut.shows]).toEqual([]);
    await pause();
    expect(published).toEqual([]);
    expect(fanOut.take(change(2, 3))).toBe(false);
    expect(fanOut.unwatch(show, false)).toBe(false);
  });

  it('are told to look anew where a shard was lost, and nothing of before', async () => {
    fanOut.watch(show, false);
    fanOut.watch(show, true);
    fanOut.take(change(1, 2, { changes: [5] }));
    fanOut.reset(show);
    expect(published).toHaveLength(2);
    for (const message of messages()) {
      expect(message).toMatchObject({ type: 'seats', show, changes: [] });
      if (message?.type === 'seats') expect(message.fromSeq).toBeGreaterThan(2 ** 50);
    }
    await pause();
    expect(published).toHaveLength(2);
    fanOut.take(change(30, 31));
    await pause();
    expect(messages().at(-1)).toMatchObject({ fromSeq: 30, toSeq: 31 });
    fanOut.reset(showId('nobody-watches'));
  });

  it('in great numbers are told less often, but within half a second', async () => {
    for (let count = 0; count < 20_000; count++) fanOut.watch(show, false);
    fanOut.take(change(1, 2));
    await pause();
    expect(published).toEqual([]);
    await new Promise((later) => setTimeout(later, 500));
    expect(published).toHaveLength(1);
    expect(fanOut.stats.deliveries).toBe(20_000);
  });
});
