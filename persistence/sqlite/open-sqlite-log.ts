/** Opens the log's file: takes ownership, brings the schema up to date and proves the end. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { LogFault } from '../../engine/shard/log-store.ts';
import { type Heads, partitionCount } from '../heads.ts';
import { compareWithMarks, joinFaults, loadHeads } from './check-at-open.ts';
import { asLogFault, openConnection, reasonOf } from './connection.ts';
import { FrameTable } from './frame-table.ts';
import { type Mark, MarkFile, readMarks } from './high-water-mark.ts';
import { checkStructure, cutOff } from './name-damage.ts';
import { takeOwnerLock } from './owner-lock.ts';
import { SqliteLog } from './sqlite-log.ts';
import { prepareStatements, type Statements } from './statements.ts';

export interface SqliteLogOptions {
  /** The database; `-wal`, `-shm`, `-lock` and `-mark` files lie beside it. */
  readonly file: string;
  /** Starts although acknowledged frames are missing: an operator's word, never a default. */
  readonly acceptLoss?: boolean;
  /** How long a write waits for another tool's write lock before it fails; 5,000. */
  readonly busyTimeoutMs?: number;
  /** Told of what is odd but no reason to refuse, e.g. a mark that is missing. */
  readonly onWarning?: (text: string) => void;
}

/**
 * The file is made where there is none; its folder must exist.
 * @throws LogFault `log_locked` where a running server has it, `log_newer_version`,
 * `log_behind_mark`, `log_gap` and `log_damaged` with partition and LSN, `log_io`.
 */
export function openSqliteLog(options: SqliteLogOptions): SqliteLog {
  const file = realFile(options.file);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new LogFault('log_io', `${file} cannot be opened: it is a folder, a file is needed`);
  }
  const lock = takeOwnerLock(file);
  let witness: Database.Database | undefined;
  let db: Database.Database | undefined;
  try {
    witness = openWitness(file);
    db = openConnection(file, options.busyTimeoutMs ?? 5_000);
    assertWritable(db, file);
    const statements = prepare(db, file);
    checkStructure(db, statements);
    const table = openTable(statements, file);
    const heads = loadHeads(statements, table);
    compare(table, heads, `${file}-mark`, options);
    witness?.close();
    foldWal(db);
    const mark = new MarkFile(`${file}-mark`, marksOf(heads));
    return new SqliteLog({ db, statements, table, heads, mark, lock });
  } catch (error) {
    db?.close();
    witness?.close();
    lock.release();
    throw explained(error, file);
  }
}

/**
 * A reader that stays until the file is known to be sound. The last connection to close folds the
 * WAL into the database and deletes it, and with it what might still be saved from a file that
 * was refused; while somebody reads, and a reader cannot write, it is left as it lies.
 */
function openWitness(file: string): Database.Database | undefined {
  if (!existsSync(file)) return undefined;
  const witness = new Database(file, { readonly: true });
  try {
    witness.pragma('schema_version');
  } catch {
    // What is wrong with the file is found and told by the connection proper.
  }
  return witness;
}

/** Another program that writes for long is met here, once, and not at every step of the start. */
function assertWritable(db: Database.Database, file: string): void {
  try {
    db.exec('BEGIN IMMEDIATE');
    db.exec('ROLLBACK');
  } catch (error) {
    const fault = asLogFault(error, `${file} cannot be written`);
    if (fault.code !== 'log_locked') throw fault;
    const who = 'another program has it locked; close that one first';
    throw new LogFault('log_locked', `${file} cannot be written: ${who}`, { cause: error });
  }
}

/** A file of this version has every table and column, unless the text of its schema is damaged. */
function prepare(db: Database.Database, file: string): Statements {
  try {
    return prepareStatements(db);
  } catch (error) {
    const what = `${file}: the schema is not as it was written: ${reasonOf(error)}`;
    throw new LogFault('log_damaged', what, { cause: error });
  }
}

function openTable(statements: Statements, file: string): FrameTable {
  try {
    return new FrameTable(statements);
  } catch (error) {
    throw asLogFault(error, `${file}: the latest commits cannot be read`);
  }
}

/**
 * Writes what is in the WAL into the database and syncs it. After a sync that failed, the system
 * may show bytes in the WAL that never reached the disk; from here on nothing rests on them [D1].
 */
function foldWal(db: Database.Database): void {
  db.pragma('wal_checkpoint(TRUNCATE)');
}

function explained(error: unknown, file: string): LogFault {
  const fault = asLogFault(error, `${file} cannot be opened`);
  if (fault.code !== 'log_damaged') return fault;
  const short = existsSync(file) ? cutOff(file) : undefined;
  return short === undefined ? fault : new LogFault(fault.code, `${short} (${fault.message})`);
}

/** One name a file, so that two owners cannot come by different links. */
function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    try {
      return join(realpathSync(dirname(file)), basename(file));
    } catch (error) {
      throw asLogFault(error, `${file} cannot be opened`);
    }
  }
}

function compare(
  table: FrameTable,
  heads: Heads,
  markFile: string,
  { acceptLoss = false, onWarning = () => {} }: SqliteLogOptions,
): void {
  const found = readMarks(markFile);
  if (found === undefined) {
    if (hasFrames(heads)) onWarning(`${markFile} is missing; the end of the log is not proved`);
    return;
  }
  if (found.damaged.length > 0) {
    const which = found.damaged.join(', ');
    onWarning(`${markFile} is damaged; the end of partitions ${which} is not proved`);
  }
  const fault = joinFaults(compareWithMarks(table, heads, found));
  if (fault === undefined) return;
  if (!acceptLoss) throw fault;
  onWarning(`a loss was accepted: ${fault.message}`);
}

function hasFrames(heads: Heads): boolean {
  return [...marksOf(heads).values()].some((mark) => mark.lsn > 0);
}

function marksOf(heads: Heads): ReadonlyMap<number, Mark> {
  const marks = new Map<number, Mark>();
  for (let partition = 0; partition < partitionCount; partition += 1) {
    marks.set(partition, heads.get(partition));
  }
  return marks;
}
