/**
 * The sweep that judges every load run: it must find a seat sold twice, a lost acknowledgement and
 * a log that was changed, and must not cry wolf. The logs are made up here, with the real codec
 * and chain, so that the sweep's own reading of their layout is proved too.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ACK_BOOKED,
  ACK_HELD,
  ACK_RELEASED,
  type Ack,
  AckLedger,
  readAcks,
} from '../../bench/load/acks.ts';
import { type LogFrame, readLogFile } from '../../bench/sweep/log-file.ts';
import { findLostAcks } from '../../bench/sweep/lost-acks.ts';
import { ReplayedLog } from '../../bench/sweep/replay.ts';
import { epoch, lsn, millis, partitionId } from '../../engine/ids.ts';
import { frameHash } from '../../engine/shard/frame-hash.ts';
import { codec } from '../../persistence/codec.ts';
import { sha256 } from '../../persistence/hasher.ts';

const SHOW = 'k3x';
const PARTITION = 7;

/** Frames of one partition, each with the entries given, rightly chained. */
function logOf(...bodies: readonly (readonly unknown[])[]): LogFrame[] {
  let hash: Uint8Array = new Uint8Array(32);
  return bodies.map((entries, index) => {
    const frame = {
      partition: partitionId(PARTITION),
      lsn: lsn(index + 1),
      epoch: epoch(1),
      timeMs: millis(1_800_000_000_000 + index),
      body: codec.encode([1, ...entries]),
    };
    hash = frameHash(sha256, hash, frame);
    return { ...frame, hash };
  });
}

const decision = (seq: number, ...events: readonly unknown[]) => [
  SHOW,
  seq,
  `user-${seq}`,
  `request-${seq}`,
  ...events,
];
const held = (seq: number, ...seats: readonly number[]) =>
  decision(seq, [5, seats, seats.map(() => 25_000), 300_000]);
const released = (seq: number, hold: number) => decision(seq, [7, hold]);
const booked = (seq: number, hold: number, ...seats: readonly number[]) =>
  decision(seq, [13, hold, `K3X-00${seq}`, seats, seats.map(() => 25_000)]);

const scheduled = [
  [1, { id: 'hall', runs: [{ row: 'A', count: 10, x: 0.5 }], best: { x: 1, y: 2 } }],
  [SHOW, 1, null, null, [1, 'hall', { startsAtMs: 1_800_000_100_000, prices: [25_000] }]],
  [SHOW, 2, null, null, [2]],
];

/** The acknowledgement that a server with this log would have given. */
function ackOf(log: readonly LogFrame[], ack: Omit<Ack, 'show' | 'hashHigh' | 'hashLow'>): Ack {
  const hash = Buffer.from(log[ack.lsn - 1]?.hash ?? new Uint8Array(32));
  return { ...ack, show: 0, hashHigh: hash.readUInt32BE(0), hashLow: hash.readUInt32BE(4) };
}

const directories: string[] = [];
function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'usher-sweep-'));
  directories.push(directory);
  return directory;
}
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

describe('ReplayedLog', () => {
  it('finds nothing wrong with a sound log', () => {
    const log = new ReplayedLog(
      logOf(
        scheduled,
        [held(3, 4, 5), released(4, 3), held(5, 5)],
        [decision(6, [6, 5, [5, 6], [25_000, 25_000], 299_000])],
        [booked(7, 5, 5, 6), held(8, 4)],
        [decision(9, [8, 8, 'user-8'], [11, 'user-1', 1, 120_000]), held(10, 4)],
        [decision(11, [14, ['K3X-007'], 50_000]), held(12, 6), decision(13, [15, [9]])],
        [decision(14, [16, [9]]), held(15, 9)],
      ),
    );
    expect(log.findings).toEqual([]);
    expect(log).toMatchObject({ seatsSoldTwice: 0, faults: 0, frames: 7, decisions: 15 });
    expect(log.find(SHOW, 7)).toEqual({ partition: PARTITION, lsn: 4, did: 13, object: 5 });
  });

  it('[S2] finds a seat held by two at once', () => {
    const log = new ReplayedLog(logOf(scheduled, [held(3, 4, 5)], [held(4, 5, 6)]));
    expect(log.seatsSoldTwice).toBe(1);
    expect(log.findings).toEqual(['show k3x: seat 5 of 3 was given to 4 as well']);
  });

  it('[S2] finds a booked seat that is held again', () => {
    const log = new ReplayedLog(logOf(scheduled, [held(3, 4), booked(4, 3, 4)], [held(5, 4)]));
    expect(log.seatsSoldTwice).toBe(1);
  });

  it('[H5] finds a seat that a changed hold takes from another', () => {
    const change = decision(5, [6, 3, [4, 8], [25_000, 25_000], 290_000]);
    const log = new ReplayedLog(logOf(scheduled, [held(3, 4), held(4, 8), change]));
    expect(log.seatsSoldTwice).toBe(1);
  });

  it('finds the booking of a hold that had other seats, or had ended', () => {
    const other = new ReplayedLog(logOf(scheduled, [held(3, 4), booked(4, 3, 4, 5)]));
    expect(other.faults).toBe(1);
    const ended = new ReplayedLog(logOf(scheduled, [held(3, 4), released(4, 3), released(5, 3)]));
    expect(ended.faults).toBe(1);
  });

  it('[F1] finds a decision that is missing from a show', () => {
    const log = new ReplayedLog(logOf(scheduled, [held(3, 4), held(5, 6)]));
    expect(log.findings).toEqual(['partition 7 LSN 2 has decision 5 of k3x after 3']);
  });

  it('[F2] finds a frame that was dropped, and one that was altered', () => {
    const frames = logOf(scheduled, [held(3, 4)], [held(4, 6)], [held(5, 8)]);
    const dropped = new ReplayedLog(frames.filter(({ lsn }) => lsn !== 2));
    expect(dropped.findings).toContain('partition 7 LSN 3 follows LSN 1');
    const altered = frames.map((frame) =>
      frame.lsn === 3 ? { ...frame, body: codec.encode([1, held(4, 7)]) } : frame,
    );
    expect(new ReplayedLog(altered).findings[0]).toBe('partition 7 LSN 3 breaks the hash chain');
  });
});

describe('findLostAcks', () => {
  const frames = logOf(scheduled, [held(3, 4), held(4, 6)], [released(5, 4), booked(6, 3, 4)]);
  const good = [
    ackOf(frames, { kind: ACK_HELD, seq: 3, lsn: 2, object: 4 }),
    ackOf(frames, { kind: ACK_HELD, seq: 4, lsn: 2, object: 6 }),
    ackOf(frames, { kind: ACK_RELEASED, seq: 5, lsn: 3, object: 4 }),
    ackOf(frames, { kind: ACK_BOOKED, seq: 6, lsn: 3, object: 3 }),
  ];

  it('[D2] finds every acknowledgement of a sound log', () => {
    const found = findLostAcks(new ReplayedLog(frames), [SHOW], good);
    expect(found).toEqual({ checked: 4, lost: 0, findings: [] });
  });

  it('[D1] finds acknowledgements of decisions that are not in the log', () => {
    const found = findLostAcks(new ReplayedLog(frames.slice(0, 2)), [SHOW], good);
    expect(found.lost).toBe(2);
    expect(found.findings).toContain('show k3x decision 6 at LSN 3: not in the log');
  });

  it.each([
    ['another hash', { hashLow: 1 }, 'with another hash in the log'],
    ['another LSN', { lsn: 3 }, 'in the log at LSN 2'],
    ['another seat', { object: 5 }, 'of another seat or hold in the log'],
    ['another decision', { kind: ACK_BOOKED } as const, 'another decision in the log (event 5)'],
    ['a show that is not there', { show: 1 }, 'not in the log'],
  ])('[F1] finds a receipt with %s', (_, wrong, what) => {
    const [first = good[0] as Ack] = good;
    const found = findLostAcks(new ReplayedLog(frames), [SHOW], [{ ...first, ...wrong }]);
    expect(found.lost).toBe(1);
    expect(found.findings[0]).toContain(what);
  });

  it('reads acknowledgements and frames back from files as they were', () => {
    const directory = temporaryDirectory();
    const ledger = new AckLedger();
    for (const { show, kind, seq, lsn, hashHigh, hashLow, object } of good) {
      ledger.add(show, kind, seq, lsn, hashHigh, hashLow, object);
    }
    expect(ledger.size).toBe(good.length);
    ledger.save(join(directory, 'acks'));
    expect([...readAcks(join(directory, 'acks'))]).toEqual(good);

    const path = join(directory, 'usher.db');
    const database = new Database(path);
    database.exec('CREATE TABLE frames (id INTEGER PRIMARY KEY, epoch, time_ms, hash, body)');
    const insert = database.prepare('INSERT INTO frames VALUES (?, ?, ?, ?, ?)');
    for (const { lsn, epoch, timeMs, hash, body } of frames) {
      insert.run(PARTITION * 2 ** 40 + lsn, epoch, timeMs, hash, body);
    }
    database.close();
    const log = new ReplayedLog(readLogFile(path));
    expect(log.faults).toBe(0);
    expect(findLostAcks(log, [SHOW], good)).toMatchObject({ checked: 4, lost: 0 });
  });
});
