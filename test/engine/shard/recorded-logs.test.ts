/**
 * Logs and snapshots as earlier versions wrote them, byte for byte: they stay readable, and give
 * the very state that they gave then [D3]. A file in `recorded/` is never changed.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { epoch, lsn, millis, partitionId, showId } from '../../../engine/ids.ts';
import type { Frame } from '../../../engine/shard/log-store.ts';
import { Partition } from '../../../engine/shard/partition.ts';
import { decodeState, encodeState } from '../../../engine/shard/snapshot-codec.ts';
import { UserShows } from '../../../engine/shard/user-shows.ts';
import { overtakesOf, seatsPerRequestOf } from '../../../engine/show/terms.ts';
import { codec } from '../../../persistence/codec.ts';
import { sha256 } from '../../../persistence/hasher.ts';
import { openMemoryLog } from '../../../persistence/memory/memory-log.ts';
import { hex, TestClock, TestLog, TestShard } from '../../support/shard-harness.ts';

interface Recorded {
  readonly partition: number;
  readonly frames: readonly {
    readonly lsn: number;
    readonly epoch: number;
    readonly timeMs: number;
    readonly body: string;
    readonly hash: string;
    /** Of the partition's state after this frame, as the version of then computed it. */
    readonly digest: string;
  }[];
  readonly snapshot: {
    readonly lsn: number;
    readonly timeMs: number;
    readonly hash: string;
    readonly body: string;
  };
}

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
    frames.forEach((frame, index) => {
      state.replay(frame, codec);
      expect(digestOf(state), `frame ${frame.lsn}`).toBe(recorded.frames[index]?.digest);
    });
  });

  it('[D3] its snapshot and what follows it give that state too', () => {
    const { snapshot } = recorded;
    const directory = new UserShows();
    const state = new Partition(partition, directory);
    decodeState(bytes(snapshot.body, 'base64'), state, directory, codec);
    const digest = recorded.frames.find((each) => each.lsn === snapshot.lsn)?.digest;
    expect(digestOf(state)).toBe(digest);
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
