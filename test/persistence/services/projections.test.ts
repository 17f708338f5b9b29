/** The tables for reports against a plain reckoning, at every prefix, and made anew. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { lsn, millis } from '../../../engine/ids.ts';
import { GENESIS_HASH } from '../../../engine/shard/log-store.ts';
import { decodeEntries } from '../../../engine/shard/partition-entry.ts';
import type { Decision, FrameRef } from '../../../engine/show/events.ts';
import type { LogRow } from '../../../persistence/audit/auditor.ts';
import { codec } from '../../../persistence/codec.ts';
import { type Cursors, LogTail, noCursors } from '../../../persistence/services/log-tail.ts';
import { Projections } from '../../../persistence/services/projections/projections.ts';
import { digestOf, rebuildProjections } from '../../../persistence/services/projections/rebuild.ts';
import { projectionTableNames } from '../../../persistence/services/projections/tables.ts';
import { makeReaderTables } from '../../../persistence/services/reader-cursors.ts';
import { ReaderHost } from '../../../persistence/services/reader-host.ts';
import { built } from '../../support/built.ts';
import { memoryFolder } from '../../support/memory-folder.ts';
import { randomLog } from '../audit/random-log.ts';
import { catalogOf, framesOf, history } from './house-of-shows.ts';
import { dayIn, PlainBooks, type Row } from './plain-books.ts';
import { catalogPartition, WrittenLog } from './written-log.ts';

const folder = memoryFolder('projections');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function newLog(): WrittenLog {
  files++;
  return new WrittenLog(folder, `${files}`);
}

type Body = Pick<LogRow, 'partition' | 'body' | 'timeMs'>;

/** The shows that the engine's random logs tell of. */
function showsIn(rows: readonly Body[]): readonly string[] {
  const shows = rows.flatMap((row) => decisionsIn(row, 1).map(({ show }) => show));
  return [...new Set(shows)];
}

function decisionsIn({ body, timeMs }: Body, at: number): readonly Decision[] {
  const frame: FrameRef = { timeMs: millis(timeMs), lsn: lsn(at), hash: GENESIS_HASH };
  return decodeEntries(codec.decode(body), frame).flatMap((entry) =>
    entry.type === 'decision' ? [entry.decision] : [],
  );
}

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const sorted = (rows: readonly Row[]) => {
  const texts = rows.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).sort())));
  return texts.sort();
};

function compare(db: Database, books: PlainBooks): void {
  const all = (sql: string) => db.prepare<[], Row>(sql).all();
  const named = (rows: readonly Row[]) =>
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, to]) => [camel(key), to])));
  expect(sorted(named(all('SELECT * FROM p_bookings')))).toEqual(sorted(books.bookings));
  expect(sorted(named(all('SELECT * FROM p_payments')))).toEqual(sorted(books.payments));
  const sums = 'bookings, tickets, revenue, cancelled_tickets';
  const { sales } = { sales: books.sales.bind(books) };
  expect(
    sorted(
      all(`SELECT partner, cinema, day, show, currency, 1 AS shows, ${sums} FROM sales_by_show`),
    ),
  ).toEqual(sorted(sales(['partner', 'cinema', 'day', 'show', 'currency'])));
  expect(
    sorted(all(`SELECT partner, cinema, currency, shows, ${sums} FROM sales_by_cinema`)),
  ).toEqual(sorted(sales(['partner', 'cinema', 'currency'])));
  expect(sorted(all(`SELECT partner, day, currency, shows, ${sums} FROM sales_by_day`))).toEqual(
    sorted(sales(['partner', 'day', 'currency'])),
  );
  expect(sorted(all('SELECT * FROM money_by_currency'))).toEqual(sorted(books.money));
}

function rowsOf(db: Database): readonly (readonly unknown[])[] {
  return projectionTableNames.flatMap((name) =>
    db.prepare(`SELECT * FROM ${name}`).raw().all(),
  ) as [];
}

describe('the tables for reports', () => {
  it('[P5] [D3] are what a plain reckoning gives, at every prefix, and again when made anew', async () => {
    const met = new Map<string, number>();
    const logs = [];
    for (const seed of [1, 2, 3]) logs.push(await randomLog({ seed, steps: 150, till: true }));
    const cut = fc.array(fc.constantFrom(1, 2, 9, 40), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.constantFrom(...logs), history, cut, ({ rows }, deeds, cuts) => {
        check(rows, framesOf(deeds), cuts, met);
      }),
      { numRuns: 40 },
    );
    for (const state of ['booked', 'cancelled', 'failed', 'abandoned', 'owed', 'refunded']) {
      expect(met.get(state) ?? 0, state).toBeGreaterThan(3);
    }
  });

  function check(
    rows: readonly Body[],
    more: readonly Body[],
    cuts: readonly number[],
    met: Map<string, number>,
  ): void {
    const written = newLog();
    const bodies = [...rows, ...more];
    written.appendCatalogs(catalogOf(showsIn(rows)));
    for (let from = 0; from < bodies.length; from += 50) {
      written.appendBodies(bodies.slice(from, from + 50));
    }
    const db = written.openServices();
    makeReaderTables(db);
    const [reader, books] = [new Projections(dayIn), new PlainBooks()];
    reader.reset(db);
    let cursors: Cursors = noCursors;
    for (let slices = 0; ; slices++) {
      const size = { frames: cuts[slices % cuts.length] ?? 1, entries: 1_000, bytes: 1024 * 1024 };
      const slice = new LogTail(db, size).read(cursors);
      db.transaction(() => reader.take(slice.entries, db))();
      reckon(books, bodies, cursors, slice.cursors);
      cursors = slice.cursors;
      if (slices % 8 === 0 || !slice.isFull) compare(db, books);
      if (!slice.isFull) break;
    }
    for (const { state } of [...books.bookings, ...books.payments]) {
      met.set(String(state), (met.get(String(state)) ?? 0) + 1);
    }
    const before = rowsOf(db);
    const progress: number[] = [];
    const outcome = rebuildProjections(db, dayIn, (frames) => progress.push(frames));
    expect(outcome.after).toBe(outcome.before);
    expect(rowsOf(db)).toEqual(before);
    expect(progress.at(-1)).toBe(outcome.frames);
    expect(outcome.frames).toBe(cursors.reduce((sum, at) => sum + at, 0));
    compare(db, books);
    db.close();
    written.log.closeSync();
  }

  /** Enters what lies between the one place and the other. */
  function reckon(books: PlainBooks, bodies: readonly Body[], from: Cursors, to: Cursors): void {
    const at = new Map<number, number>();
    for (const body of bodies) {
      const number = (at.get(body.partition) ?? 0) + 1;
      at.set(body.partition, number);
      if (number <= (from[body.partition] ?? 0) || number > (to[body.partition] ?? 0)) continue;
      for (const decision of decisionsIn(body, number)) books.take(decision, body.timeMs);
    }
    const events = catalogOf(showsIn(bodies).filter((show) => !/^[ue][12]$/.test(show)));
    const [first, last] = [from[catalogPartition] ?? 0, to[catalogPartition] ?? 0];
    for (const event of events.slice(first, last)) books.catalog(event);
  }
});

describe('making the tables for reports anew', () => {
  /** So many frames of bookings, read by a host as a running server would. */
  function served(frames: number): { written: WrittenLog; db: Database } {
    const written = newLog();
    const bookings = Array.from({ length: frames }, () => [
      { show: 's', event: 'booked' as const },
    ]);
    written.append(3 as never, bookings);
    const db = written.openServices();
    const host = new ReaderHost(db, [new Projections(dayIn)], {
      failed: (_, error) => {
        throw error;
      },
    });
    host.start();
    host.stop();
    return { written, db };
  }

  it('leaves them as they were where it is cut off, and can be begun again', () => {
    const { db } = served(2_000);
    const reader = 'SELECT partition, lsn FROM reader_cursors';
    const [before, place] = [rowsOf(db), db.prepare(reader).all()];
    const cutOff = (after: number) => (frames: number) => {
      if (frames >= after) throw new Error('cut off');
    };
    for (const after of [1, 600, 2_000]) {
      expect(() => rebuildProjections(db, dayIn, cutOff(after))).toThrow('cut off');
      expect(rowsOf(db)).toEqual(before);
      expect(db.prepare(reader).all()).toEqual(place);
    }
    const { frames, after } = rebuildProjections(db, dayIn, () => {});
    expect(frames).toBe(2_000);
    expect(after).toBe(digestOf(db));
    expect(rowsOf(db)).toHaveLength(2_000);
  });

  it('leaves them as they were where its process is killed in the middle', async () => {
    const { written, db } = served(2_000);
    const before = rowsOf(db);
    written.log.closeSync();
    const child = fork(built('test/persistence/services/rebuild-child.js'), [written.file]);
    const [frames] = await once(child, 'message');
    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThan(2_000);
    child.kill('SIGKILL');
    await once(child, 'exit');
    written.reopen();
    expect(rowsOf(db)).toEqual(before);
    const outcome = rebuildProjections(db, dayIn, () => {});
    expect(outcome.after).toBe(digestOf(db));
  });

  it('mends what somebody changed, and says that it was changed', () => {
    const { db } = served(10);
    const before = rowsOf(db);
    const digest = digestOf(db);
    db.exec("UPDATE p_bookings SET total = total + 1 WHERE booking = 'B3'");
    const outcome = rebuildProjections(db, dayIn, () => {});
    expect(outcome.before).not.toBe(digest);
    expect(outcome.after).toBe(digest);
    expect(rowsOf(db)).toEqual(before);
  });

  it('refuses to where the log no longer begins at its beginning', () => {
    const { written, db } = served(10);
    written.log.settleSync();
    const [frame] = written.log.readSync(3 as never, lsn(6), 1);
    if (frame === undefined) throw new Error('no frame 6');
    const { partition, hash, timeMs } = frame;
    const body = new Uint8Array(1);
    written.log.saveSnapshotSync({ partition, lsn: lsn(6), hash, timeMs, body });
    written.log.truncateSync(partition, lsn(6));
    const before = rowsOf(db);
    expect(() => rebuildProjections(db, dayIn, () => {})).toThrow(
      /partition 3: frames 1 to 5 were dropped.*cannot be made anew/,
    );
    expect(rowsOf(db)).toEqual(before);
  });
});
