/**
 * What every log store must do, whatever it keeps its frames in. A new store proves itself by
 * running this suite over a harness of its own.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epoch, type Lsn, lsn, millis, type PartitionId, partitionId } from '../../engine/ids.ts';
import {
  type Frame,
  GENESIS_HASH,
  type LogFault,
  type LogStore,
  type Snapshot,
} from '../../engine/shard/log-store.ts';
import { sha256 } from '../../persistence/hasher.ts';
import { chain, endOf } from '../support/log-frames.ts';

export { chain, endOf };

/** A place that outlives its stores, and ways to damage it behind their backs. */
export interface LogStoreHarness {
  /** A store over the place; the one before it must be closed. */
  open(): Promise<LogStore>;
  flipBodyBit(partition: PartitionId, at: Lsn): void;
  dropFrame(partition: PartitionId, at: Lsn): void;
  flipSnapshotBit(partition: PartitionId, at: Lsn): void;
  snapshotLsns(partition: PartitionId): readonly number[];
  dispose(): Promise<void>;
}

export const P3 = partitionId(3);
export const P7 = partitionId(7);

export function snapshotAt(frames: readonly Frame[], at: number): Snapshot {
  const frame = frames.find((one) => one.lsn === at);
  if (frame === undefined) throw new Error(`no frame ${at}`);
  const { partition, hash, timeMs } = frame;
  return { partition, lsn: frame.lsn, hash, timeMs, body: new Uint8Array(1_000).fill(at) };
}

export const faultOf = (code: LogFault['code'], message: RegExp) =>
  expect.objectContaining({ name: 'LogFault', code, message: expect.stringMatching(message) });

/** One value for all that a partition's log says. */
async function digest(store: LogStore, partition: PartitionId): Promise<string> {
  const frames = await store.read(partition, lsn(1), 1_000);
  const parts = frames.flatMap(({ body, hash }) => [body, hash]);
  return Buffer.from(sha256(...parts)).toString('hex');
}

export function logStoreContract(name: string, make: () => Promise<LogStoreHarness>): void {
  describe(`${name} keeps the log store's contract`, () => {
    let harness: LogStoreHarness;
    let store: LogStore;

    beforeEach(async () => {
      harness = await make();
      store = await harness.open();
    });

    afterEach(async () => {
      await store.close();
      await harness.dispose();
    });

    const reopen = async () => {
      await store.close();
      store = await harness.open();
    };
    const take = async (partition: PartitionId) => {
      const [opened] = await store.open([partition]);
      if (opened === undefined) throw new Error('nothing was opened');
      return opened;
    };
    /** Opens the partition and appends `count` frames to it. */
    const fill = async (partition: PartitionId, count: number) => {
      const opened = await take(partition);
      const frames = chain(partition, opened.epoch, count, opened);
      expect(await store.append(frames)).toEqual({ type: 'durable' });
      return { opened, frames };
    };

    describe('epochs and fencing', () => {
      it('opens an untouched partition at LSN 0 with the genesis value', async () => {
        expect(await store.open([P3, P7])).toEqual([
          { partition: 3, epoch: 1, lastLsn: 0, lastHash: GENESIS_HASH, lastTimeMs: 0 },
          { partition: 7, epoch: 1, lastLsn: 0, lastHash: GENESIS_HASH, lastTimeMs: 0 },
        ]);
      });

      it('gives each opening an epoch above all before it, also after a restart', async () => {
        await take(P3);
        expect((await take(P3)).epoch).toBe(2);
        await reopen();
        expect((await take(P3)).epoch).toBe(3);
        expect((await take(P7)).epoch).toBe(1);
      });

      it('tells a new owner where the log ends', async () => {
        const { frames } = await fill(P3, 5);
        const opened = await take(P3);
        expect(opened).toMatchObject({ lastLsn: 5, lastTimeMs: 1_900_000_000_005 });
        expect(opened.lastHash).toEqual(frames[4]?.hash);
      });

      it('[D1] fences the owner before it, which changes nothing', async () => {
        const { opened, frames } = await fill(P3, 2);
        await take(P3);
        const late = chain(P3, opened.epoch, 1, endOf(frames));
        expect(await store.append(late)).toMatchObject({ type: 'fenced' });
        expect(await store.read(P3, lsn(1), 10)).toHaveLength(2);
      });

      it('fences whoever never opened the partition', async () => {
        expect(await store.append(chain(P3, epoch(0), 1))).toMatchObject({ type: 'fenced' });
        expect(await store.append(chain(P3, epoch(1), 1))).toMatchObject({ type: 'fenced' });
      });
    });

    describe('append', () => {
      it('[D2] keeps frames, byte for byte, over a restart', async () => {
        const { frames } = await fill(P3, 20);
        const before = await digest(store, P3);
        await reopen();
        expect(await store.read(P3, lsn(1), 100)).toEqual(frames);
        expect(await digest(store, P3)).toBe(before);
        expect(await take(P3)).toMatchObject({ lastLsn: 20 });
      });

      it('takes an empty batch, an empty body and one of 40 KiB', async () => {
        const opened = await take(P3);
        expect(await store.append([])).toEqual({ type: 'durable' });
        const empty = chain(P3, opened.epoch, 1, opened, 0);
        const large = chain(P3, opened.epoch, 1, endOf(empty), 40 * 1024);
        expect(await store.append([...empty, ...large])).toEqual({ type: 'durable' });
        expect(await store.read(P3, lsn(1), 10)).toEqual([...empty, ...large]);
      });

      it('keeps the order of appends that are under way together', async () => {
        const opened = await take(P3);
        const frames = chain(P3, opened.epoch, 8, opened);
        const outcomes = await Promise.all(frames.map((frame) => store.append([frame])));
        expect(outcomes).toEqual(frames.map(() => ({ type: 'durable' })));
        expect(await store.read(P3, lsn(1), 100)).toEqual(frames);
      });

      it('[F2] refuses a frame that skips an LSN or repeats one', async () => {
        const { opened, frames } = await fill(P3, 3);
        const [, skipping] = chain(P3, opened.epoch, 2, endOf(frames));
        expect(await store.append(skipping ? [skipping] : [])).toMatchObject({ type: 'fenced' });
        expect(await store.append(frames.slice(2))).toMatchObject({ type: 'fenced' });
        expect(await store.read(P3, lsn(1), 10)).toEqual(frames);
      });

      it('[F2] refuses a frame that is not chained to the one before it', async () => {
        const { opened } = await fill(P3, 3);
        const after = { lastLsn: 3, lastHash: GENESIS_HASH };
        const strange = chain(P3, opened.epoch, 1, after);
        expect(await store.append(strange)).toMatchObject({ type: 'fenced' });
      });

      it('takes all partitions of an append or none of them', async () => {
        const [three, seven] = await store.open([P3, P7]);
        if (three === undefined || seven === undefined) throw new Error('not opened');
        const good = chain(P3, three.epoch, 2, three);
        const bad = chain(P7, epoch(99), 1, seven);
        expect(await store.append([...good, ...bad])).toMatchObject({ type: 'fenced' });
        expect(await store.read(P3, lsn(1), 10)).toEqual([]);
        const fine = chain(P7, seven.epoch, 1, seven);
        expect(await store.append([...good, ...fine])).toEqual({ type: 'durable' });
        expect(await store.read(P3, lsn(1), 10)).toEqual(good);
        expect(await store.read(P7, lsn(1), 10)).toEqual(fine);
      });

      it('keeps what it was given, not what the caller makes of its buffer later', async () => {
        const opened = await take(P3);
        const frames = chain(P3, opened.epoch, 1, opened);
        const expected = chain(P3, opened.epoch, 1, opened);
        const outcome = store.append(frames);
        frames[0]?.body.fill(255);
        expect(await outcome).toEqual({ type: 'durable' });
        expect(await store.read(P3, lsn(1), 1)).toEqual(expected);
      });
    });

    describe('read', () => {
      it('gives the range that was asked for and no more', async () => {
        const { frames } = await fill(P3, 10);
        await fill(P7, 2);
        expect(await store.read(P3, lsn(4), 3)).toEqual(frames.slice(3, 6));
        expect(await store.read(P3, lsn(9), 50)).toEqual(frames.slice(8));
        expect(await store.read(P3, lsn(11), 50)).toEqual([]);
        expect(await store.read(P3, lsn(40), 50)).toEqual([]);
        expect(await store.read(P3, lsn(1), 0)).toEqual([]);
      });

      it('[D4] finds a frame with a flipped bit and names it', async () => {
        await fill(P3, 9);
        harness.flipBodyBit(P3, lsn(5));
        await expect(store.read(P3, lsn(1), 100)).rejects.toEqual(
          faultOf('log_damaged', /partition 3, LSN 5\b/),
        );
        expect(await store.read(P3, lsn(6), 100)).toHaveLength(4);
      });

      it('[D4] finds a frame that is gone and names it', async () => {
        await fill(P3, 9);
        harness.dropFrame(P3, lsn(4));
        await expect(store.read(P3, lsn(1), 100)).rejects.toEqual(
          faultOf('log_gap', /partition 3, LSN 4\b/),
        );
        await expect(store.read(P3, lsn(4), 1)).rejects.toEqual(faultOf('log_gap', /LSN 4\b/));
      });
    });

    describe('snapshots', () => {
      it('has none at first, then gives the newest', async () => {
        const { frames } = await fill(P3, 9);
        expect(await store.loadSnapshot(P3)).toBeUndefined();
        await store.saveSnapshot(snapshotAt(frames, 4));
        await store.saveSnapshot(snapshotAt(frames, 8));
        expect(await store.loadSnapshot(P3)).toEqual(snapshotAt(frames, 8));
        await reopen();
        expect(await store.loadSnapshot(P3)).toEqual(snapshotAt(frames, 8));
        expect(await store.loadSnapshot(P7)).toBeUndefined();
      });

      it('keeps two of them', async () => {
        const { frames } = await fill(P3, 9);
        for (const at of [2, 4, 6, 6, 8]) await store.saveSnapshot(snapshotAt(frames, at));
        expect(harness.snapshotLsns(P3)).toEqual([6, 8]);
      });

      it('gives the one before the newest where that is passed over', async () => {
        const { frames } = await fill(P3, 9);
        for (const at of [2, 4, 6]) await store.saveSnapshot(snapshotAt(frames, at));
        expect(await store.loadSnapshot(P3, 1)).toEqual(snapshotAt(frames, 4));
        expect(await store.loadSnapshot(P3, 2)).toBeUndefined();
        harness.flipSnapshotBit(P3, lsn(6));
        expect(await store.loadSnapshot(P3, 1)).toEqual(snapshotAt(frames, 4));
      });

      it('[T1] [D4] refuses one whose time is not that of its frame', async () => {
        const { frames } = await fill(P3, 3);
        const late = { ...snapshotAt(frames, 3), timeMs: millis(1_990_000_000_000) };
        await expect(store.saveSnapshot(late)).rejects.toEqual(
          faultOf('snapshot_damaged', /LSN 3\b/),
        );
      });

      it('leaves the caller its bytes', async () => {
        const { frames } = await fill(P3, 2);
        const snapshot = snapshotAt(frames, 2);
        await store.saveSnapshot(snapshot);
        expect(snapshot).toEqual(snapshotAt(frames, 2));
      });

      it('[D4] finds a damaged one and names it', async () => {
        const { frames } = await fill(P3, 9);
        await store.saveSnapshot(snapshotAt(frames, 8));
        harness.flipSnapshotBit(P3, lsn(8));
        await expect(store.loadSnapshot(P3)).rejects.toEqual(
          faultOf('snapshot_damaged', /partition 3.*LSN 8\b/),
        );
      });

      it('[D4] refuses one of frames that the log does not have', async () => {
        const { opened, frames } = await fill(P3, 3);
        const ahead = chain(P3, opened.epoch, 1, endOf(frames));
        await expect(store.saveSnapshot(snapshotAt(ahead, 4))).rejects.toEqual(
          faultOf('snapshot_damaged', /LSN 4\b/),
        );
        const forked = { ...snapshotAt(frames, 3), hash: GENESIS_HASH };
        await expect(store.saveSnapshot(forked)).rejects.toEqual(
          faultOf('snapshot_damaged', /LSN 3\b/),
        );
      });
    });

    describe('truncate', () => {
      it('[D2] refuses to drop what no snapshot covers', async () => {
        const { frames } = await fill(P3, 9);
        await expect(store.truncate(P3, lsn(5))).rejects.toEqual(faultOf('log_gap', /LSN 5\b/));
        await store.saveSnapshot(snapshotAt(frames, 4));
        await expect(store.truncate(P3, lsn(6))).rejects.toEqual(faultOf('log_gap', /LSN 6\b/));
        expect(await store.read(P3, lsn(1), 100)).toEqual(frames);
      });

      it('drops what lies below, says so, and goes on from there', async () => {
        const { opened, frames } = await fill(P3, 9);
        await store.saveSnapshot(snapshotAt(frames, 8));
        await store.truncate(P3, lsn(5));
        await store.truncate(P3, lsn(3));
        await expect(store.read(P3, lsn(4), 1)).rejects.toEqual(
          faultOf('log_gap', /LSN 4: the log begins at LSN 5/),
        );
        expect(await store.read(P3, lsn(5), 100)).toEqual(frames.slice(4));
        const more = chain(P3, opened.epoch, 1, endOf(frames));
        expect(await store.append(more)).toEqual({ type: 'durable' });
        await reopen();
        expect(await store.read(P3, lsn(5), 100)).toEqual([...frames.slice(4), ...more]);
      });

      it('can drop every frame and still knows where the log ends', async () => {
        const { frames } = await fill(P3, 4);
        await store.saveSnapshot(snapshotAt(frames, 4));
        await store.truncate(P3, lsn(5));
        await reopen();
        const opened = await take(P3);
        expect(opened).toMatchObject({ lastLsn: 4, lastTimeMs: 1_900_000_000_004, epoch: 2 });
        const more = chain(P3, opened.epoch, 2, opened);
        expect(await store.append(more)).toEqual({ type: 'durable' });
        expect(await store.read(P3, lsn(5), 100)).toEqual(more);
      });
    });

    describe('after close', () => {
      it('[D1] answers an append with unknown and fails everything else', async () => {
        const { opened, frames } = await fill(P3, 2);
        await store.close();
        const late = chain(P3, opened.epoch, 1, endOf(frames));
        expect(await store.append(late)).toMatchObject({ type: 'unknown' });
        const closed = faultOf('log_io', /./);
        await expect(store.open([P3])).rejects.toEqual(closed);
        await expect(store.read(P3, lsn(1), 1)).rejects.toEqual(closed);
        await expect(store.loadSnapshot(P3)).rejects.toEqual(closed);
        await expect(store.saveSnapshot(snapshotAt(frames, 2))).rejects.toEqual(closed);
        await expect(store.truncate(P3, lsn(1))).rejects.toEqual(closed);
        await reopen();
        expect(await store.read(P3, lsn(1), 10)).toEqual(frames);
      });
    });
  });
}
