/**
 * Logs and snapshots as earlier versions wrote them, byte for byte: they stay readable, and give
 * the very state that they gave then [D3]. A file in `recorded/` is never changed.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { epoch, lsn, millis, partitionId, showId, type UserId } from '../../../engine/ids.ts';
import type { Frame } from '../../../engine/shard/log-store.ts';
import { Partition } from '../../../engine/shard/partition.ts';
import { decodeState, encodeState } from '../../../engine/shard/snapshot-codec.ts';
import { UserShows } from '../../../engine/shard/user-shows.ts';
import type { Show } from '../../../engine/show/show.ts';
import { overtakesOf, seatsPerRequestOf } from '../../../engine/show/terms.ts';
import { codec } from '../../../persistence/codec.ts';
import { sha256 } from '../../../persistence/hasher.ts';
import { openMemoryLog } from '../../../persistence/memory/memory-log.ts';
import { hex, TestClock, TestLog, TestShard } from '../../support/shard-harness.ts';
import { bookingsIn } from '../../support/show-books.ts';

interface Recorded {
  readonly partition: number;
  readonly frames: readonly {
    readonly lsn: number;
    readonly epoch: number;
    readonly timeMs: number;
    readonly body: string;
    readonly hash: string;
    /** Of the state after this frame, in the form that it had then. */
    readonly digest: string;
  }[];
  readonly snapshot: {
    readonly lsn: number;
    readonly timeMs: number;
    readonly hash: string;
    readonly body: string;
  };
}

const later = new URL('recorded/before-later-terms.digests-3.json', import.meta.url);
const digestsOfVersion3 = JSON.parse(readFileSync(later, 'utf8')) as readonly string[];
const file = new URL('recorded/before-later-terms.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
const partition = partitionId(recorded.partition);
const frames: readonly Frame[] = recorded.frames.map((each) => ({
  partition,
  lsn: lsn(each.lsn),
  epoch: epoch(each.epoch),
  timeMs: millis(each.timeMs),
  body: bytes(each.body, 'base64'),
  hash: bytes(each.hash, 'hex'),
}));

function bytes(text: string, encoding: 'base64' | 'hex'): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, encoding));
}

/** What a snapshot of version 1 says of a show, but for the terms, which are as they were given. */
interface ImageOfVersion1 {
  readonly id: string;
  readonly seats: Uint8Array;
  readonly users: readonly {
    readonly user: UserId;
    readonly remembered: readonly (readonly [string, Uint8Array, number, number, Uint8Array])[];
  }[];
}
type StateOfVersion1 = readonly [number, unknown, readonly ImageOfVersion1[]];

/** The same of a show as it is now, each remembered request found in the frames by its place. */
function imageOfVersion1(show: Show): object {
  const { users, waitlist } = show;
  return {
    id: show.id,
    seq: show.seq,
    phase: show.phase,
    layout: show.layout.layout.id,
    terms: show.terms,
    seats: Buffer.from(show.seats.toBytes()),
    holds: Array.from(show.holds.values(), ({ older, payment, ...hold }) => hold),
    offers: [...show.offers.values()],
    line: [...waitlist.inOrder()],
    lastTicket: waitlist.nextTicket - 1,
    bookings: bookingsIn(show),
    users: Array.from(users.rows(), (row) => ({
      user: users.user(row),
      remembered: Array.from(users.remembered(row), ([, , seq, at]) => [requestIn(at, seq), at]),
    })),
  };
}

function requestIn(at: number | undefined, seq: number | undefined): unknown {
  const frame = frames.find((each) => each.lsn === at);
  const entries = frame === undefined ? [] : (codec.decode(frame.body) as readonly unknown[][]);
  return entries.find((entry) => entry[1] === seq && typeof entry[0] === 'string')?.[3];
}

function digestOf(state: Partition): string {
  return hex(sha256(encodeState(state, codec)));
}

describe('a log from before the later terms', () => {
  it('has every kind of event that there was', () => {
    const codes = new Set<unknown>();
    for (const { body } of frames) {
      for (const entry of codec.decode(body) as readonly unknown[]) {
        if (!Array.isArray(entry) || typeof entry[0] !== 'string') continue;
        for (const event of entry.slice(4) as readonly unknown[][]) codes.add(event[0]);
      }
    }
    expect([...codes].sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 16 }, (_, code) => code + 1),
    );
  });

  it('[D3] gives the same state, byte for byte, after every one of its frames', () => {
    const state = new Partition(partition, new UserShows());
    const digests = frames.map((frame) => {
      state.replay(frame, codec);
      return digestOf(state);
    });
    expect(digests).toEqual(digestsOfVersion3);
  });

  it('[D3] is in the state that its own snapshot tells of', () => {
    const { snapshot } = recorded;
    const state = new Partition(partition, new UserShows());
    for (const frame of frames.filter((each) => each.lsn <= snapshot.lsn)) {
      state.replay(frame, codec);
    }
    const [, , images] = codec.decode(bytes(snapshot.body, 'base64')) as StateOfVersion1;
    expect([...state.shows.values()].map(imageOfVersion1)).toEqual(
      images.map(({ users, ...image }) => ({
        ...image,
        seats: Buffer.from(image.seats),
        users: users.map(({ user, remembered }) => {
          return { user, remembered: remembered.map(([id, , , at]) => [id, at]) };
        }),
      })),
    );
  });

  it('[D3] its snapshot, of an earlier version, changes nothing and is not used', () => {
    const directory = new UserShows();
    const state = new Partition(partition, directory);
    const body = bytes(recorded.snapshot.body, 'base64');
    expect(decodeState(body, state, directory, codec)).toBe(false);
    expect([state.shows.size, state.layouts.size, state.lastLsn]).toEqual([0, 0, 0]);
  });

  it('[W2] [H2] [H9] its shows keep to the rules of then', () => {
    const state = new Partition(partition, new UserShows());
    for (const frame of frames) state.replay(frame, codec);
    const show = state.shows.get(showId('s'));
    if (show === undefined) throw new Error('the show is there');
    expect(show.terms.waiting).toBeUndefined();
    expect([overtakesOf(show.terms), seatsPerRequestOf(show.terms)]).toEqual([0, 10]);
    expect(show.terms.orphanRule).toBeUndefined();
  });

  it('[D2] [D3] is served on, and what is decided then is replayed with it', async () => {
    const disk = new Map();
    const last = frames.at(-1);
    disk.set(partition, {
      epoch: last?.epoch ?? 0,
      floor: { lsn: 0, hash: new Uint8Array(32), timeMs: 0 },
      frames: [...frames],
      snapshots: [],
    });
    const clock = new TestClock((last?.timeMs ?? 0) + 1_000);
    const log = new TestLog(openMemoryLog(disk));
    const shard = await TestShard.open({ disk, log, clock, partitions: [partition] });
    await shard.run();
    const from = shard.said.length;
    shard.tell({ type: 'cancelShow' });
    await shard.run();
    expect(shard.said.slice(from).length).toBeGreaterThan(0);
    const digest = shard.digest();
    const again = await shard.crash();
    expect(again.digest()).toBe(digest);
  });
});
