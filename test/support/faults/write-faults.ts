/**
 * One write, sync or truncation of a log's files is made to fail, whichever is the Nth: the log
 * must say so, write nothing more, and have everything it called durable when it is opened again.
 * Runs in a process that has the shim preloaded; see `write-faults-child.ts`.
 */
import { rmSync } from 'node:fs';
import { lsn, partitionId } from '../../../engine/ids.ts';
import type { Frame, OpenedPartition } from '../../../engine/shard/log-store.ts';
import { openSqliteLog } from '../../../persistence/sqlite/open-sqlite-log.ts';
import type { SqliteLog } from '../../../persistence/sqlite/sqlite-log.ts';
import { chain, endOf } from '../log-frames.ts';

/** What one failing call led to. */
export interface FaultOutcome {
  readonly at: number;
  /** When the call was made; `none` where there were fewer calls. */
  readonly hit: 'open' | 'append' | 'snapshot' | 'close' | 'none';
  readonly acknowledged: number;
  /** What was not as it must be, in words. */
  readonly problems: readonly string[];
}

/** Says how often a call failed so far. */
export type FailedCalls = () => number;

const partitions = [partitionId(3), partitionId(7), partitionId(64)];
/** Enough that there are more than 2,000 calls, checkpoints among them. */
const ROUNDS = 190;
const SNAPSHOT_EVERY = 40;

type Chains = Map<number, { readonly frames: Frame[]; opened: OpenedPartition }>;

export class FaultRun {
  readonly #file: string;
  readonly #failed: FailedCalls;
  readonly #chains: Chains = new Map();
  /** Frames whose outcome was `durable`. */
  #durable = 0;
  /** Frames whose outcome was `unknown`: they may be there or not. */
  readonly #unknown: Frame[] = [];
  readonly #problems: string[] = [];

  constructor(file: string, failed: FailedCalls) {
    this.#file = file;
    this.#failed = failed;
  }

  /** Fills a new log until a call fails, then closes it. */
  fill(): FaultOutcome['hit'] {
    for (const part of ['', '-wal', '-shm', '-mark', '-lock']) {
      rmSync(`${this.#file}${part}`, { force: true });
    }
    let log: SqliteLog | undefined;
    try {
      log = openSqliteLog({ file: this.#file });
      for (const opened of log.openSync(partitions)) {
        this.#chains.set(opened.partition, { frames: [], opened });
      }
    } catch {
      if (log !== undefined) closeAnyhow(log);
      return this.#failed() > 0 ? 'open' : this.#tell('it could not be opened', 'open');
    }
    const hit = this.#work(log);
    try {
      log.closeSync();
      return hit ?? (this.#failed() > 0 ? this.#tell('the end was called clean', 'close') : 'none');
    } catch {
      return hit ?? 'close';
    }
  }

  /** Opens the log again, with nothing failing: everything acknowledged must be there. */
  verify(at: number, hit: FaultOutcome['hit']): FaultOutcome {
    try {
      const log = openSqliteLog({ file: this.#file });
      for (const opened of log.openSync(partitions)) this.#compare(log, opened);
      log.closeSync();
    } catch (error) {
      this.#tell(`it cannot be opened again: ${String(error)}`, 'open');
    }
    return { at, hit, acknowledged: this.#durable, problems: this.#problems };
  }

  #work(log: SqliteLog): FaultOutcome['hit'] | undefined {
    for (let round = 1; round <= ROUNDS; round++) {
      const hit = round % SNAPSHOT_EVERY === 0 ? this.#snapshot(log) : this.#append(log, round);
      if (hit === undefined && this.#failed() === 0) continue;
      this.#expectLatched(log);
      return hit ?? 'append';
    }
    return undefined;
  }

  #append(log: SqliteLog, round: number): FaultOutcome['hit'] | undefined {
    for (const [index, kept] of [...this.#chains.values()].entries()) {
      const bytes = (round + index) % 31 === 0 ? 60_000 : 300;
      const frame = nextFrame(kept, bytes);
      const { type } = log.appendSync([frame]);
      if (type !== 'durable') {
        this.#unknown.push(frame);
        return type === 'unknown' ? 'append' : this.#tell(`an append was ${type}`, 'append');
      }
      kept.frames.push(frame);
      this.#durable++;
      if (this.#failed() > 0) return 'append';
    }
    return undefined;
  }

  #snapshot(log: SqliteLog): FaultOutcome['hit'] | undefined {
    for (const { frames } of this.#chains.values()) {
      const last = frames.at(-1);
      if (last === undefined) continue;
      const { partition, hash, timeMs } = last;
      const body = new Uint8Array(40_000).fill(last.lsn);
      try {
        log.saveSnapshotSync({ partition, lsn: last.lsn, hash, timeMs, body });
      } catch {
        return 'snapshot';
      }
      if (this.#failed() > 0) return 'snapshot';
    }
    return undefined;
  }

  /** The disk is well again, but the log is not to be trusted before it is reopened [D4]. */
  #expectLatched(log: SqliteLog): void {
    for (const kept of this.#chains.values()) {
      const { type } = log.appendSync([nextFrame(kept, 100)]);
      if (type !== 'unknown') this.#tell(`after the fault an append was ${type}`, 'append');
    }
    try {
      log.openSync(partitions);
      this.#tell('after the fault partitions could be opened', 'append');
    } catch {
      // As it must be.
    }
  }

  #compare(log: SqliteLog, opened: OpenedPartition): void {
    const kept = this.#chains.get(opened.partition);
    if (kept === undefined) return;
    const found = log.readSync(opened.partition, lsn(1), kept.frames.length + 1_000);
    kept.frames.forEach((frame, index) => {
      if (Buffer.compare(found[index]?.hash ?? new Uint8Array(), frame.hash) !== 0) {
        this.#tell(`LSN ${frame.lsn} of partition ${frame.partition} is lost`, 'append');
      }
    });
    for (const frame of found.slice(kept.frames.length)) {
      const asked = this.#unknown.some((one) => Buffer.compare(one.hash, frame.hash) === 0);
      if (!asked) this.#tell(`LSN ${frame.lsn} was never appended`, 'append');
    }
    const { type } = log.appendSync(chain(opened.partition, opened.epoch, 1, opened));
    if (type !== 'durable') this.#tell(`an append after the return was ${type}`, 'append');
  }

  #tell(problem: string, hit: 'open' | 'append' | 'close'): FaultOutcome['hit'] {
    this.#problems.push(problem);
    return hit;
  }
}

function nextFrame(
  kept: { readonly frames: readonly Frame[]; readonly opened: OpenedPartition },
  bytes: number,
): Frame {
  const { frames, opened } = kept;
  const end = frames.length === 0 ? opened : endOf(frames);
  const [next] = chain(opened.partition, opened.epoch, 1, end, bytes);
  if (next === undefined) throw new Error('one frame was asked for');
  return next;
}

/** On a disk that refuses everything not even the end is clean. */
function closeAnyhow(log: SqliteLog): void {
  try {
    log.closeSync();
  } catch {
    // It was told already.
  }
}
