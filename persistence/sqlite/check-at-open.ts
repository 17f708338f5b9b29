/**
 * What is proved before a log is served: each partition ends in a frame that fits the chain, and
 * ends no earlier than what was acknowledged. Frames further back are proved when they are read.
 */
import { epoch, lsn, millis } from '../../engine/ids.ts';
import { type Frame, LogFault } from '../../engine/shard/log-store.ts';
import { sameBytes, shortHex, wholeBytes } from '../bytes.ts';
import { checkChain, missingFrame } from '../chain.ts';
import { type Head, Heads, partitionCount } from '../heads.ts';
import { damagedRow, type FrameTable, isChecked } from './frame-table.ts';
import type { FoundMarks, Mark } from './high-water-mark.ts';
import { epochChecksum } from './row-checksums.ts';
import type { Statements } from './statements.ts';

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

/** @throws LogFault `log_gap` or `log_damaged`, naming partition and LSN. */
export function loadHeads(statements: Statements, table: FrameTable): Heads {
  const heads = new Heads();
  for (let partition = 0; partition < partitionCount; partition += 1) {
    heads.set(partition, loadHead(statements, table, partition));
  }
  return heads;
}

function loadHead(statements: Statements, table: FrameTable, partition: number): Head {
  const floor = table.floor(partition);
  const frames = table.tail(partition);
  const tail = frames.at(-1);
  if (tail !== undefined) {
    const first = table.firstLsn(partition);
    if (first !== floor.lsn + 1) throw missingFrame(partition, floor.lsn + 1);
    const [second] = frames;
    const isWhole = second === undefined || second.lsn === first;
    const before = isWhole ? floor : second;
    const proved = isWhole ? frames : frames.slice(1);
    checkChain(partition, before.lsn + 1, before.hash, proved, proved.length);
  }
  const end = tail ?? floor;
  return {
    epoch: epoch(epochOf(statements, partition, tail)),
    lsn: lsn(end.lsn),
    hash: wholeBytes(end.hash),
    timeMs: millis(end.timeMs),
  };
}

/** Compares the log with its marks; each fault is one partition's. */
export function compareWithMarks(
  table: FrameTable,
  heads: Heads,
  found: FoundMarks,
): readonly LogFault[] {
  const faults: LogFault[] = [];
  for (const [partition, mark] of found.marks) {
    const fault = compareWithMark(table, heads, partition, mark);
    if (fault !== undefined) faults.push(fault);
  }
  return faults;
}

function compareWithMark(
  table: FrameTable,
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
  if (mark.lsn < table.floor(partition).lsn) return undefined;
  const known = table.at(partition, mark.lsn)?.hash;
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
