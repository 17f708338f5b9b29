/** Readers of the log: each entry counts exactly once, whoever fails, is restarted or is behind. */
import { rmSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DurableEntry, LogReader } from '../../../persistence/services/log-reader.ts';
import { ReaderHost } from '../../../persistence/services/reader-host.ts';
import { idsPerPartition } from '../../../persistence/sqlite/migrations.ts';
import { memoryFolder } from '../../support/memory-folder.ts';
import { type FrameContent, partitions, WrittenLog } from './written-log.ts';

const folder = memoryFolder('readers');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  vi.useFakeTimers({ now: 1_900_000_100_000 });
});
afterEach(() => {
  vi.useRealTimers();
});
let files = 0;

const [P0, P3] = [partitions[0] ?? none(), partitions[1] ?? none()];
const booked: FrameContent = [{ show: 's', event: 'booked' }];
const times = (count: number, content = booked) => Array.from({ length: count }, () => content);

function none(): never {
  throw new Error('no such partition');
}

function newLog(): WrittenLog {
  files++;
  return new WrittenLog(folder, `${files}`);
}

/** Writes down what it is given, and fails where it is told to: before, amid and after writing. */
class Witness implements LogReader {
  readonly name: string;
  readonly version: number;
  /** Entries that it fails at, each so many times. */
  readonly fails = new Map<string, number>();
  committed = 0;
  given = 0;

  constructor(name: string, version = 1) {
    this.name = name;
    this.version = version;
  }

  reset(db: Database): void {
    db.exec(`DROP TABLE IF EXISTS w_${this.name};
      CREATE TABLE w_${this.name} (n INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT) STRICT;`);
  }

  take(entries: readonly DurableEntry[], db: Database): void {
    const put = db.prepare(`INSERT INTO w_${this.name} (what) VALUES (?)`);
    for (const entry of entries) {
      this.given++;
      const what = textOf(entry);
      put.run(what);
      const left = this.fails.get(what) ?? 0;
      if (left === 0) continue;
      this.fails.set(what, left - 1);
      throw new Error(`${this.name} does not like ${what}`);
    }
  }

  onCommitted(): void {
    this.committed++;
  }

  heard(db: Database): string[] {
    return db.prepare<[], string>(`SELECT what FROM w_${this.name} ORDER BY n`).pluck().all();
  }
}

function textOf(entry: DurableEntry): string {
  const place = `${entry.partition}.${entry.lsn}`;
  if (entry.type === 'catalog') return `${place} ${entry.event.type}`;
  return `${place} ${entry.decision.show}.${entry.decision.seq}`;
}

/** Hosts on one file, one after the other. */
class Place {
  readonly written = newLog();
  readonly failures: string[] = [];
  db = this.written.openServices();

  host(...readers: readonly LogReader[]): ReaderHost {
    const host = new ReaderHost(this.db, readers, {
      failed: (reader, error) => void this.failures.push(`${reader}: ${error}`),
    });
    host.start();
    return host;
  }

  /** The process is gone, with nothing said to anybody; another opens the file. */
  crash(): void {
    vi.clearAllTimers();
    this.db.close();
    this.db = this.written.openServices();
  }

  cursor(reader: string, partition: number): number | undefined {
    return this.db
      .prepare<[string, number], number>(
        'SELECT lsn FROM reader_cursors WHERE reader = ? AND partition = ?',
      )
      .pluck()
      .get(reader, partition);
  }
}

function sortedByPartition(texts: readonly string[]): readonly string[] {
  return texts.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

describe('the readers of the log', () => {
  it('[D1] are given all there is and what comes, in order, and say when it is there to stay', () => {
    const place = new Place();
    place.written.append(P3, times(1_300));
    const [one, two] = [new Witness('one'), new Witness('two')];
    place.host(one, two);
    vi.advanceTimersByTime(100);
    expect(one.heard(place.db)).toEqual(place.written.all);
    place.written.append(P3, times(3));
    vi.advanceTimersByTime(16);
    expect(one.heard(place.db)).toEqual(place.written.all);
    expect(two.heard(place.db)).toEqual(place.written.all);
    expect(one.given).toBe(1_303);
    expect(one.committed).toBeGreaterThan(1);
  });

  it('who fails is given the same again, its tables and place as before; others go on', () => {
    const place = new Place();
    place.written.append(P0, times(5));
    place.written.append(P3, times(5));
    const [bad, good] = [new Witness('bad'), new Witness('good')];
    const at = place.written.told.get(P3)?.[2] ?? '';
    bad.fails.set(at, 3);
    const host = place.host(bad, good);
    vi.advanceTimersByTime(50);
    expect(sortedByPartition(good.heard(place.db))).toEqual(sortedByPartition(place.written.all));
    expect(bad.heard(place.db)).toEqual([]);
    expect([place.cursor('bad', P0), place.cursor('bad', P3)]).toEqual([undefined, undefined]);
    expect(place.failures).toEqual([`bad: Error: bad does not like ${at}`]);
    const [behind, fine] = host.states(1_900_000_100_000);
    expect(behind?.behindMs).toBe(100_000 - 1);
    expect(fine?.behindMs).toBe(0);
    place.written.append(P0, times(2));
    vi.advanceTimersByTime(20);
    expect(good.heard(place.db)).toHaveLength(12);
    // After 0.1, 1 and 5 seconds, not with every look.
    vi.advanceTimersByTime(1_500);
    expect(place.failures).toHaveLength(3);
    vi.advanceTimersByTime(6_000);
    expect(sortedByPartition(bad.heard(place.db))).toEqual(sortedByPartition(place.written.all));
    expect(place.cursor('bad', P3)).toBe(5);
    expect(host.states(1_900_000_100_000).map(({ behindMs }) => behindMs)).toEqual([0, 0]);
  });

  it('[D2] each entry counts once, whenever the process ends and whatever fails', () => {
    const content = fc.array(
      fc.record({
        show: fc.constantFrom('one', 'two'),
        event: fc.constantFrom('held' as const, 'booked' as const),
      }),
      { maxLength: 3 },
    );
    const act = fc.oneof(
      fc.record({
        type: fc.constant('append' as const),
        partition: fc.constantFrom(...partitions),
        contents: fc.array(content, { minLength: 1, maxLength: 5 }),
      }),
      fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(1, 15, 120, 2_000) }),
      fc.record({ type: fc.constantFrom('crash' as const, 'restart' as const) }),
      fc.record({ type: fc.constant('settle' as const) }),
      fc.record({ type: fc.constant('fail' as const), times: fc.integer({ min: 1, max: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40, size: 'max' }), (acts) => {
        const place = new Place();
        const [bad, good] = [new Witness('bad'), new Witness('good')];
        let host = place.host(bad, good);
        for (const each of acts) {
          if (each.type === 'append') place.written.append(each.partition, each.contents);
          else if (each.type === 'wait') vi.advanceTimersByTime(each.ms);
          else if (each.type === 'settle') place.written.log.settleSync();
          else if (each.type === 'fail') {
            bad.fails.set(place.written.all.at(-1) ?? '', each.times);
          } else {
            if (each.type === 'restart') host.stop();
            place.crash();
            host = place.host(bad, good);
          }
        }
        vi.advanceTimersByTime(60_000);
        for (const reader of [bad, good]) {
          const heard = reader.heard(place.db);
          expect(sortedByPartition(heard)).toEqual(sortedByPartition(place.written.all));
        }
        host.stop();
        vi.clearAllTimers();
        place.db.close();
        place.written.log.closeSync();
      }),
      { numRuns: 40 },
    );
  });

  it('[D1] may be begun again after every single entry', () => {
    const place = new Place();
    for (let each = 0; each < 40; each++) {
      place.written.append(partitions[each % 3] ?? none(), times(1));
      const host = place.host(new Witness('one'));
      if (each % 2 === 0) vi.advanceTimersByTime(1);
      if (each % 5 === 0) host.stop();
      place.crash();
    }
    const one = new Witness('one');
    place.host(one);
    vi.advanceTimersByTime(100);
    const heard = one.heard(place.db);
    expect(sortedByPartition(heard)).toEqual(sortedByPartition(place.written.all));
    expect(one.given).toBeLessThanOrEqual(3);
  });

  it('of another version begin anew, and nobody else does', () => {
    const place = new Place();
    place.written.append(P3, times(4));
    place.host(new Witness('one'), new Witness('two'));
    vi.advanceTimersByTime(10);
    place.crash();
    const [one, two] = [new Witness('one', 2), new Witness('two')];
    place.host(one, two);
    vi.advanceTimersByTime(10);
    expect([one.given, two.given]).toEqual([4, 0]);
    expect(one.heard(place.db)).toEqual(place.written.all);
  });

  it('tell those who wait for it that all that is durable has been read', async () => {
    const place = new Place();
    const one = new Witness('one');
    const host = place.host(one);
    vi.advanceTimersByTime(5);
    place.written.append(P3, times(1_000));
    const waiting = Array.from({ length: 50 }, () => host.caughtUp());
    await vi.advanceTimersByTimeAsync(30);
    await Promise.all(waiting);
    expect(one.heard(place.db)).toHaveLength(1_000);
    const never = host.caughtUp();
    host.stop();
    await never;
  });
});

describe('readers of a log that is not as it was', () => {
  it('[D4] told of it now and then, and others than those behind the damage go on', () => {
    const place = new Place();
    place.written.append(P3, times(5));
    const late = new Witness('late');
    const [at] = place.written.told.get(P3)?.slice(2) ?? [];
    late.fails.set(at ?? '', 1);
    const early = new Witness('early');
    place.host(late, early);
    vi.advanceTimersByTime(10);
    place.written.log.settleSync();
    place.db.prepare('DELETE FROM frames WHERE id = ?').run(P3 * idsPerPartition + 2);
    place.failures.length = 0;
    vi.advanceTimersByTime(30_000);
    expect(place.failures[0]).toMatch(/late: LogFault: partition 3, LSN 2\b/);
    expect(place.failures.length).toBeLessThan(12);
    place.written.append(P3, times(3));
    place.written.append(P0, times(3));
    vi.advanceTimersByTime(100);
    const heard = early.heard(place.db);
    expect(sortedByPartition(heard)).toEqual(sortedByPartition(place.written.all));
  });

  it('[D4] that were ahead of it say so and begin anew: nothing that comes is passed over', () => {
    const place = new Place();
    place.written.append(P3, times(5));
    place.written.append(P0, times(2));
    place.host(new Witness('one'), new Witness('two'));
    vi.advanceTimersByTime(10);
    place.crash();
    // As though the tables of a later time had been put beside an older log.
    place.db
      .prepare("UPDATE reader_cursors SET lsn = 9 WHERE reader = 'one' AND partition = ?")
      .run(P3);
    const [one, two] = [new Witness('one'), new Witness('two')];
    place.host(one, two);
    expect(place.failures).toEqual([
      'one: LogFault: partition 3: it had been read up to LSN 9 and ends at LSN 5, as after a restore; what follows from it is made anew',
    ]);
    place.written.append(P3, times(6));
    vi.advanceTimersByTime(20);
    expect(sortedByPartition(one.heard(place.db))).toEqual(sortedByPartition(place.written.all));
    expect([one.given, two.given]).toEqual([13, 6]);
  });

  it('[D4] say which entries they will never see, where those were dropped unread', () => {
    const place = new Place();
    place.written.append(P3, times(8));
    place.written.log.settleSync();
    const frame = place.written.log.readSync(P3, 6 as never, 1)[0];
    if (frame === undefined) throw new Error('no frame 6');
    const { lsn, hash, timeMs } = frame;
    const snapshot = { partition: P3, lsn, hash, timeMs, body: new Uint8Array(1) };
    place.written.log.saveSnapshotSync(snapshot);
    place.written.log.truncateSync(P3, lsn);
    place.host(new Witness('one'));
    vi.advanceTimersByTime(5_000);
    expect(place.failures).toEqual([
      'one: LogFault: partition 3: frames 1 to 5 were dropped before they were read',
    ]);
  });

  it('[D4] told once a second, not once a millisecond, that the file cannot be read at all', () => {
    const place = new Place();
    place.host(new Witness('one'));
    vi.advanceTimersByTime(10);
    place.db.close();
    vi.advanceTimersByTime(10_000);
    expect(place.failures.length).toBeGreaterThan(2);
    expect(place.failures.length).toBeLessThan(12);
  });
});
