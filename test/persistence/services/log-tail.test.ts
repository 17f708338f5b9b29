/** Following the log: every decision once and in order, whatever is read how and when. */
import { rmSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { lsn } from '../../../engine/ids.ts';
import type { DurableEntry } from '../../../persistence/services/log-reader.ts';
import { LogTail, noCursors } from '../../../persistence/services/log-tail.ts';
import { idsPerPartition } from '../../../persistence/sqlite/migrations.ts';
import { faultOf } from '../../contract/log-store-contract.ts';
import { memoryFolder } from '../../support/memory-folder.ts';
import { type FrameContent, partitions, WrittenLog } from './written-log.ts';

const folder = memoryFolder('tail');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function newLog(): WrittenLog {
  files++;
  return new WrittenLog(folder, `${files}`);
}

/** An entry as the log remembers that it told it. */
function textOf(entry: DurableEntry): string {
  const place = `${entry.partition}.${entry.lsn}`;
  if (entry.type === 'catalog') return `${place} ${entry.event.type}`;
  return `${place} ${entry.decision.show}.${entry.decision.seq}`;
}

const content: fc.Arbitrary<FrameContent> = fc.array(
  fc.record({
    show: fc.constantFrom('one', 'two'),
    event: fc.constantFrom('held' as const, 'booked' as const),
  }),
  { maxLength: 4 },
);
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('append' as const),
      partition: fc.constantFrom(...partitions),
      contents: fc.array(content, { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'catalog' as const }) },
  { weight: 2, arbitrary: fc.constant({ type: 'settle' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'reopen' as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('read' as const),
      frames: fc.constantFrom(1, 2, 3, 7, 512),
      slices: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

function byPartition(texts: readonly string[]): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const text of texts) {
    const partition = Number.parseInt(text, 10);
    found.set(partition, [...(found.get(partition) ?? []), text]);
  }
  return found;
}

describe('the tail of the log', () => {
  it('[D1] gives each decision once and in order, however it is cut up and wherever it lies', () => {
    fc.assert(fc.property(fc.array(act, { maxLength: 40, size: 'max' }), run), { numRuns: 50 });
  });

  function run(acts: readonly (typeof act extends fc.Arbitrary<infer T> ? T : never)[]): void {
    const written = newLog();
    const db = written.openServices();
    let cursors = noCursors;
    const heard: string[] = [];
    const read = (frames: number): boolean => {
      // One that knows nothing yet of the chain, as after a restart at any place.
      const tail = new LogTail(db, { frames, entries: 1_000, bytes: 1024 * 1024 });
      const slice = tail.read(cursors);
      expect(slice.frames).toBeLessThanOrEqual(frames);
      heard.push(...slice.entries.map(textOf));
      cursors = slice.cursors;
      return slice.isFull;
    };
    for (const each of acts) {
      if (each.type === 'append') written.append(each.partition, each.contents);
      else if (each.type === 'catalog') written.appendCatalog([movie]);
      else if (each.type === 'settle') written.log.settleSync();
      else if (each.type === 'reopen') written.reopen();
      else for (let slices = 0; slices < each.slices; slices++) read(each.frames);
    }
    while (read(512));
    expect(byPartition(heard)).toEqual(written.told);
    written.log.closeSync();
    db.close();
  }

  it('[N1] gives what was done first first, whichever partitions it was done in', () => {
    const written = newLog();
    for (const partition of [...partitions].reverse()) {
      written.append(
        partition,
        Array.from({ length: 5 }, () => [{ show: 'one', event: 'booked' }]),
      );
    }
    const { entries } = new LogTail(written.openServices()).read(noCursors);
    const times = entries.map(({ timeMs }) => timeMs);
    expect(times).toHaveLength(15);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('knows whether anything was written since, and asks for nothing where not', () => {
    const written = newLog();
    const tail = new LogTail(written.openServices());
    expect(tail.moved).toBe(true);
    expect(tail.moved).toBe(false);
    written.append(partitions[0] ?? fail(), [[]]);
    expect([tail.moved, tail.moved]).toEqual([true, false]);
    written.log.settleSync();
    expect([tail.moved, tail.moved]).toEqual([true, false]);
  });

  it('holds a slice’s worth of a long backlog and no more, settled or not', () => {
    const written = newLog();
    const decision = { show: 's', event: 'booked' as const };
    const small = Array.from({ length: 1_000 }, () => [decision]);
    const large = Array.from({ length: 30 }, () => Array.from({ length: 300 }, () => decision));
    written.append(partitions[0] ?? fail(), small);
    written.append(partitions[1] ?? fail(), large);
    written.log.settleSync();
    written.append(partitions[0] ?? fail(), small.slice(0, 900));
    written.append(partitions[2] ?? fail(), large);
    const tail = new LogTail(written.openServices());
    let cursors = noCursors;
    const heard: string[] = [];
    for (;;) {
      const slice = tail.read(cursors);
      expect(slice.frames).toBeLessThanOrEqual(512);
      expect(slice.entries.length).toBeLessThan(1_300);
      heard.push(...slice.entries.map(textOf));
      cursors = slice.cursors;
      if (!slice.isFull) break;
    }
    expect(byPartition(heard)).toEqual(written.told);
  });
});

const movie = { type: 'movieAdded', movie: { id: 'm', title: 'M' } } as never;
const fail = (): never => {
  throw new Error('no such partition');
};

describe('a log that is damaged', () => {
  const [P0, P3] = [partitions[0] ?? fail(), partitions[1] ?? fail()];
  const booked: FrameContent = [{ show: 's', event: 'booked' }];

  /** Ten frames in rows of their own and three in commits. */
  function filled(): WrittenLog {
    const written = newLog();
    written.append(
      P3,
      Array.from({ length: 10 }, () => booked),
    );
    written.log.settleSync();
    written.append(P3, [booked, booked, booked]);
    return written;
  }

  const cursorsAt = (at: number) => noCursors.map((none, each) => (each === P3 ? at : none));

  it('[D4] a frame that was changed is named and given to nobody, from wherever one reads', () => {
    for (const from of [0, 3, 4]) {
      const written = filled();
      const db = written.openServices();
      const id = P3 * idsPerPartition + 5;
      const body = db.prepare('SELECT body FROM frames WHERE id = ?').pluck().get(id) as Buffer;
      // A price: the bytes are still a frame's, so that nothing but the chain can tell.
      const at = body.lastIndexOf(Buffer.from([0xcd, 0x03, 0xe8]));
      body[at + 1] = 4;
      db.prepare('UPDATE frames SET body = ? WHERE id = ?').run(body, id);
      expect(() => new LogTail(db).read(cursorsAt(from))).toThrow(
        faultOf('log_damaged', /partition 3, LSN 5\b/),
      );
    }
  });

  it('[D4] a frame that is gone is named, also where it is the first to be read', () => {
    for (const gone of [1, 5, 10]) {
      for (const from of [0, gone - 1]) {
        const written = filled();
        const db = written.openServices();
        db.prepare('DELETE FROM frames WHERE id = ?').run(P3 * idsPerPartition + gone);
        const expected = faultOf('log_gap', new RegExp(`partition 3, LSN ${gone}\\b`));
        expect(() => new LogTail(db).read(cursorsAt(from))).toThrow(expected);
      }
    }
  });

  it('[D4] a commit that was changed or dropped is named', () => {
    const written = filled();
    const db = written.openServices();
    const frames = db.prepare('SELECT frames FROM commits').pluck().get() as Buffer;
    frames[frames.length - 5] = (frames[frames.length - 5] ?? 0) ^ 1;
    db.prepare('UPDATE commits SET frames = ?').run(frames);
    expect(() => new LogTail(db).read(noCursors)).toThrow(
      faultOf('log_damaged', /commit \d+ was changed after it was written/),
    );
  });

  it('other partitions are read on, up to the damage, by who asks for one after the other', () => {
    const written = filled();
    written.append(P0, [booked]);
    const db = written.openServices();
    db.prepare('DELETE FROM frames WHERE id = ?').run(P3 * idsPerPartition + 5);
    const tail = new LogTail(db, { frames: 1, entries: 1, bytes: 1 });
    expect(() => tail.read(cursorsAt(4))).toThrow(/LSN 5\b/);
    const { cursors, isFull } = tail.read(cursorsAt(3));
    expect([cursors[P3], isFull]).toEqual([4, true]);
  });

  it('[D4] says of frames that were dropped before they were read which those are', () => {
    const written = filled();
    const [frame] = written.log.readSync(P3, lsn(6), 1);
    if (frame === undefined) throw new Error('no frame 6');
    const { hash, timeMs } = frame;
    const body = new Uint8Array(1);
    written.log.saveSnapshotSync({ partition: P3, lsn: lsn(6), hash, timeMs, body });
    written.log.truncateSync(P3, lsn(6));
    const tail = new LogTail(written.openServices());
    expect(tail.read(cursorsAt(2)).missed).toEqual([{ partition: P3, from: 3, to: 5 }]);
    expect(tail.read(cursorsAt(5)).missed).toEqual([]);
    const { entries } = tail.read(cursorsAt(2));
    expect(entries.map((entry) => entry.lsn)).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
  });
});
