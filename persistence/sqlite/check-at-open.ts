/**
 * What is proved before a log is served: each partition ends in a frame that fits the chain, and
 * ends no earlier than what was acknowledged. Frames further back are proved when they are read.
 */
import { epoch, lsn, millis, partitionId } from '../../engine/ids.ts';
import { type Frame, GENESIS_HASH, LogFault } from '../../engine/shard/log-store.ts';
import { sameBytes, shortHex, wholeBytes } from '../bytes.ts';
import { checkChain, missingFrame } from '../chain.ts';
import { type Head, Heads, partitionCount } from '../heads.ts';
import type { FoundMarks, Mark } from './high-water-mark.ts';
import { idsPerPartition } from './migrations.ts';
import { epochChecksum, floorChecksum } from './row-checksums.ts';
import type { FrameRow, Statements } from './statements.ts';

export function frameOf(row: FrameRow): Frame {
  const partition = Math.floor(row.id / idsPerPartition);
  return {
    partition: partitionId(partition),
    lsn: lsn(row.id - partition * idsPerPartition),
    epoch: epoch(row.epoch),
    timeMs: millis(row.time_ms),
    body: wholeBytes(row.body),
    hash: wholeBytes(row.hash),
  };
}

/** The last frame that was truncated; LSN 0 and the genesis value where none was. */
export function floorOf(statements: Statements, partition: number) {
  const row = statements.floor.get(partition);
  if (row === undefined) return { lsn: 0, hash: GENESIS_HASH, timeMs: 0 };
  const { lsn: at, hash, time_ms: timeMs, checksum } = row;
  if (!isChecked(checksum, floorChecksum(partition, at, hash, timeMs))) {
    throw damagedRow(partition, `the note that frames up to LSN ${at} were dropped`);
  }
  return { lsn: at, hash: wholeBytes(hash), timeMs };
}

/** 0 where nobody has opened the partition yet. */
function epochOf(statements: Statements, partition: number, tail: Frame | undefined): number {
  const row = statements.epoch.get(partition);
  const known = row?.epoch ?? 0;
  if (row !== undefined && !isChecked(row.checksum, epochChecksum(partition, known))) {
    throw damagedRow(partition, `its epoch ${known}`);
  }
  if (tail !== undefined && known < tail.epoch) {
    throw damagedRow(partition, `its epoch, below that of LSN ${tail.lsn},`);
  }
  return known;
}

const isChecked = (found: Uint8Array | null, expected: Uint8Array): boolean =>
  found !== null && sameBytes(found, expected);

const damagedRow = (partition: number, what: string): LogFault =>
  new LogFault('log_damaged', `partition ${partition}: ${what} was changed after it was written`);

/** The chain value of a frame that is kept, or of the last one truncated. */
export function hashAt(
  statements: Statements,
  partition: number,
  at: number,
): Uint8Array | undefined {
  const floor = floorOf(statements, partition);
  if (at === floor.lsn) return floor.hash;
  const row = statements.hashAndTime.get(partition * idsPerPartition + at);
  return row === undefined ? undefined : wholeBytes(row.hash);
}

/** @throws LogFault `log_gap` or `log_damaged`, naming partition and LSN. */
export function loadHeads(statements: Statements): Heads {
  const heads = new Heads();
  for (let partition = 0; partition < partitionCount; partition += 1) {
    heads.set(partition, loadHead(statements, partition));
  }
  return heads;
}

function loadHead(statements: Statements, partition: number): Head {
  const floor = floorOf(statements, partition);
  const from = partition * idsPerPartition;
  const [last, previous] = statements.lastFrames.all(from, from + idsPerPartition);
  const tail = last === undefined ? undefined : frameOf(last);
  if (tail !== undefined) {
    const first = statements.firstId.get(from, from + idsPerPartition);
    if (first !== from + floor.lsn + 1) throw missingFrame(partition, floor.lsn + 1);
    const before = previous === undefined ? floor : frameOf(previous);
    if (before.lsn !== tail.lsn - 1) throw missingFrame(partition, tail.lsn - 1);
    checkChain(partition, tail.lsn, before.hash, [tail], 1);
  }
  const end = tail ?? floor;
  return {
    epoch: epoch(epochOf(statements, partition, tail)),
    lsn: lsn(end.lsn),
    hash: end.hash,
    timeMs: millis(end.timeMs),
  };
}

/** Compares the log with its marks; each fault is one partition's. */
export function compareWithMarks(
  statements: Statements,
  heads: Heads,
  found: FoundMarks,
): readonly LogFault[] {
  const faults: LogFault[] = [];
  for (const [partition, mark] of found.marks) {
    const fault = compareWithMark(statements, heads, partition, mark);
    if (fault !== undefined) faults.push(fault);
  }
  return faults;
}

function compareWithMark(
  statements: Statements,
  heads: Heads,
  partition: number,
  mark: Mark,
): LogFault | undefined {
  const head = heads.get(partition);
  if (mark.lsn > head.lsn) {
    return new LogFault(
      'log_behind_mark',
      `partition ${partition}: the log ends at LSN ${head.lsn}, but LSN ${mark.lsn} was ` +
        'acknowledged; what lies between is lost unless a fuller copy of the file is found',
    );
  }
  if (mark.lsn < floorOf(statements, partition).lsn) return undefined;
  const known = hashAt(statements, partition, mark.lsn);
  if (known === undefined) return missingFrame(partition, mark.lsn);
  if (sameBytes(known, mark.hash)) return undefined;
  return new LogFault(
    'log_damaged',
    `partition ${partition}, LSN ${mark.lsn}: the log has chain value ${shortHex(known)}…, but ` +
      `${shortHex(mark.hash)}… was acknowledged`,
  );
}

/** One fault that tells of all of them, with the first one's code. */
export function joinFaults(faults: readonly LogFault[]): LogFault | undefined {
  const [first] = faults;
  if (first === undefined || faults.length === 1) return first;
  return new LogFault(first.code, faults.map((fault) => fault.message).join('\n'));
}
