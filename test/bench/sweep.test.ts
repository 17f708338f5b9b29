/**
 * The sweep that judges every load run: it must find a seat sold twice, a lost acknowledgement and
 * a log that was changed, and must not cry wolf. The logs are made up here, with the real codec
 * and chain, so that the sweep's own reading of their layout is proved too.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ACK_BOOKED,
  ACK_HELD,
  ACK_RELEASED,
  type Ack,
  AckLedger,
  readAcks,
} from '../../bench/load/acks.ts';
import { findLostAcks } from '../../bench/sweep/lost-acks.ts';
import { DID_BOOK, SweptLog } from '../../bench/sweep/swept-log.ts';
import { verdictOf } from '../../bench/sweep/verdict.ts';
import { epoch, lsn, millis, partitionId } from '../../engine/ids.ts';
import { frameHash } from '../../engine/shard/frame-hash.ts';
import type { LogRow } from '../../persistence/audit/auditor.ts';
import { codec } from '../../persistence/codec.ts';
import { sha256 } from '../../persistence/hasher.ts';
import { opening, plainTerms } from '../support/show-harness.ts';

const SHOW = 'k3x';
const PARTITION = 7;

/** Frames of one partition, each with the entries given, rightly chained. */
function logOf(...bodies: readonly (readonly unknown[])[]): LogRow[] {
  let hash: Uint8Array = new Uint8Array(32);
  return bodies.map((entries, index) => {
    const frame = {
      partition: partitionId(PARTITION),
      lsn: lsn(index + 1),
      epoch: epoch(1),
      timeMs: millis(opening + index),
      body: codec.encode([1, ...entries]),
    };
    hash = frameHash(sha256, hash, frame);
    return { ...frame, hash };
  });
}

/** A decision asked for by the user whose hold it is about. */
const decision = (seq: number, owner: number, event: readonly unknown[]) => [
  SHOW,
  seq,
  `user-${owner}`,
  `request-${seq}`,
  event,
];
const held = (seq: number, ...seats: readonly number[]) =>
  decision(seq, seq, [5, seats, seats.map(() => 25_000), 300_000]);
const released = (seq: number, hold: number) => decision(seq, hold, [7, hold]);
const booked = (seq: number, hold: number, ...seats: readonly number[]) =>
  decision(seq, hold, [13, hold, `K3X-00${seq}`, seats, seats.map(() => 25_000)]);

const layout = {
  id: 'hall',
  name: 'Hall',
  width: 10,
  depth: 4,
  curve: 0,
  best: { x: 1, y: 2 },
  tiers: ['Standard'],
  runs: [{ section: '', row: 'A', firstNumber: 1, step: 1, count: 10, x: 0.5, y: 1, tier: 0 }],
};
const terms = { ...plainTerms, prices: [25_000] };

const scheduled = [
  [2, opening + 60_000],
  [1, layout],
  [SHOW, 1, null, null, [1, 'hall', terms]],
  [SHOW, 2, null, null, [2]],
];

const sweep = (rows: readonly LogRow[]) =>
  new SweptLog((auditor) => {
    for (const row of rows) auditor.frame(row);
  });

/** The acknowledgement that a server with this log would have given. */
function ackOf(log: readonly LogRow[], ack: Omit<Ack, 'show' | 'hashHigh' | 'hashLow'>): Ack {
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

describe('the swept log', () => {
  it('[F2] is gone through by the auditor, who finds nothing wrong with a sound one', () => {
    const log = sweep(logOf(scheduled, [held(3, 4, 5), released(4, 3)], [held(5, 5)]));
    const { findings, seatsSoldTwice } = verdictOf(log.auditor);
    expect(findings).toEqual([]);
    expect(seatsSoldTwice).toBe(0);
    expect(log.auditor.counts).toMatchObject({ findings: 0, frames: 3, decisions: 5 });
  });

  it('[S2] counts the seats that two had at once', () => {
    const log = sweep(logOf(scheduled, [held(3, 4, 5)], [held(4, 5, 6)]));
    const { findings, seatsSoldTwice } = verdictOf(log.auditor);
    expect(seatsSoldTwice).toBe(1);
    expect(findings[0]).toContain('[S2] seat-taken');
  });

  it('keeps where every decision stands', () => {
    const log = sweep(logOf(scheduled, [held(3, 4)], [booked(4, 3, 4)]));
    expect(log.find(SHOW, 4)).toMatchObject({ lsn: 3, did: DID_BOOK, object: 3 });
    expect(log.find(SHOW, 5)).toBeUndefined();
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
    const found = findLostAcks(sweep(frames), [SHOW], good);
    expect(found).toEqual({ checked: 4, lost: 0, findings: [] });
  });

  it('[D1] finds acknowledgements of decisions that are not in the log', () => {
    const found = findLostAcks(sweep(frames.slice(0, 2)), [SHOW], good);
    expect(found.lost).toBe(2);
    expect(found.findings).toContain('show k3x decision 6 at LSN 3: not in the log');
  });

  it.each([
    ['another hash', { hashLow: 1 }, 'with another hash in the log'],
    ['another LSN', { lsn: 3 }, 'in the log at LSN 2'],
    ['another seat', { object: 5 }, 'of another seat or hold in the log'],
    ['another decision', { kind: ACK_BOOKED } as const, 'another decision in the log'],
    ['a show that is not there', { show: 1 }, 'not in the log'],
  ])('[F1] finds a receipt with %s', (_, wrong, what) => {
    const [first = good[0] as Ack] = good;
    const found = findLostAcks(sweep(frames), [SHOW], [{ ...first, ...wrong }]);
    expect(found.lost).toBe(1);
    expect(found.findings[0]).toContain(what);
  });

  it('reads acknowledgements back from files as they were', () => {
    const directory = temporaryDirectory();
    const ledger = new AckLedger();
    for (const { show, kind, seq, lsn, hashHigh, hashLow, object } of good) {
      ledger.add(show, kind, seq, lsn, hashHigh, hashLow, object);
    }
    expect(ledger.size).toBe(good.length);
    ledger.save(join(directory, 'acks'));
    expect([...readAcks(join(directory, 'acks'))]).toEqual(good);
  });
});
