/**
 * Finds what a damaged file means in the words of the log. SQLite says which page is wrong; an
 * operator needs to know which frames cannot be read, and whether any are lost at all [D4].
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { frameHash } from '../../engine/shard/frame-hash.ts';
import { type Frame, LogFault } from '../../engine/shard/log-store.ts';
import { sameBytes } from '../bytes.ts';
import { sha256 } from '../hasher.ts';
import { partitionCount } from '../heads.ts';
import { reasonOf } from './connection.ts';
import { frameOf } from './frame-table.ts';
import { idsPerPartition } from './migrations.ts';
import type { FrameRow, Statements } from './statements.ts';

/** Told of each kind; the rest is counted on by nobody. */
const MOST_TOLD = 5;
const FRAMES_PER_READ = 512;

/**
 * Proves the structure of every page: about a second for each GiB. A flipped bit in the list of
 * free pages, say, harms nothing until a page of frames is handed out as free.
 * @throws LogFault `log_damaged` with what SQLite found and the first bad frames.
 */
export function checkStructure(db: Database, statements: Statements): void {
  const found = integrity(db);
  if (found.length === 0) return;
  const bad: string[] = [];
  for (let partition = 0; partition < partitionCount && bad.length < MOST_TOLD; partition++) {
    const at = firstBadFrame(statements, partition);
    if (at !== undefined) bad.push(`partition ${partition}, LSN ${at} is missing or spoilt`);
  }
  const frames = bad.length === 0 ? 'every frame there is can still be read' : bad.join('; ');
  throw new LogFault('log_damaged', `the database is damaged: ${found.join('; ')}; ${frames}`);
}

function integrity(db: Database): readonly string[] {
  try {
    const rows = db.pragma(`integrity_check(${MOST_TOLD})`) as { integrity_check: string }[];
    const said = rows.flatMap((row) => row.integrity_check.split('\n'));
    return said.filter((line) => line !== 'ok' && !line.startsWith('***')).slice(0, MOST_TOLD);
  } catch (error) {
    return [reasonOf(error)];
  }
}

/** The first frame of a partition that cannot be read, is missing or does not fit the chain. */
function firstBadFrame(statements: Statements, partition: number): number | undefined {
  const first = partition * idsPerPartition;
  let [next, previous] = [first, undefined as Frame | undefined];
  while (true) {
    let rows: readonly FrameRow[];
    try {
      rows = statements.framesFrom.all(next, first + idsPerPartition, FRAMES_PER_READ);
    } catch {
      return firstUnreadable(statements, partition, next - first, FRAMES_PER_READ);
    }
    if (rows.length === 0) return undefined;
    for (const row of rows) {
      if (!follows(previous, row)) return (previous?.lsn ?? 0) + 1;
      previous = frameOf(row);
      next = row.id + 1;
    }
  }
}

/** What comes before the first frame may have been truncated. */
function follows(previous: Frame | undefined, row: FrameRow): boolean {
  try {
    const frame = frameOf(row);
    if (previous === undefined) return true;
    return (
      frame.lsn === previous.lsn + 1 &&
      sameBytes(frameHash(sha256, previous.hash, frame), frame.hash)
    );
  } catch {
    return false;
  }
}

/** Of `count` frames that cannot be read together, the first that cannot be read alone. */
export function firstUnreadable(
  statements: Statements,
  partition: number,
  from: number,
  count: number,
): number {
  const id = partition * idsPerPartition + from;
  for (let index = 0; index < count; index++) {
    try {
      statements.framesFrom.all(id + index, id + index + 1, 1);
    } catch {
      return from + index;
    }
  }
  return from;
}

/**
 * A file that was cut off, in words: SQLite only calls it malformed. Undefined where the file is
 * as long as its header says, or has no header that could say so.
 */
export function cutOff(file: string): string | undefined {
  const header = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  try {
    if (readSync(descriptor, header, 0, 100, 0) < 100) return undefined;
    const pageBytes = header.readUInt16BE(16);
    const pages = header.readUInt32BE(28);
    const { size } = fstatSync(descriptor);
    if (pageBytes < 512 || size >= pages * pageBytes) return undefined;
    const whole = Math.floor(size / pageBytes);
    return `${file} ends after ${whole} of its ${pages} pages: the rest is missing`;
  } finally {
    closeSync(descriptor);
  }
}
