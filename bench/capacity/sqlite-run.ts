/**
 * Holds, bookings and releases through the engine into a real SQLite file, in this process, so
 * many decisions a commit: what the paper's unit costs are fitted to, and what it is checked by.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { holdId, requestId, type ShowId, userId } from '../../engine/ids.ts';
import { invariant } from '../../engine/unreachable.ts';
import { openSqliteLog } from '../../persistence/index.ts';
import { DrivenShard, showIds } from '../micro/driven-shard.ts';
import { hallOf, plainTerms } from '../micro/hall.ts';
import { liveBytes } from '../micro/weigh.ts';

export interface RunSize {
  readonly shows: number;
  readonly seatsPerShow: number;
  readonly decisions: number;
  readonly decisionsPerCommit: number;
  /** One in so many holds is booked, the others are given back. */
  readonly holdsPerBooking: number;
  readonly seed: number;
}

export interface RunTotals {
  readonly decisions: number;
  readonly bookings: number;
  readonly frames: number;
  readonly commits: number;
  /** Of the process: engine, log and SQLite. */
  readonly cpuUs: number;
  /** Of log bodies. */
  readonly bodyBytes: number;
  /** That the file grew by. */
  readonly fileBytes: number;
  /** That live memory grew by, shows left out. */
  readonly memoryBytes: number;
}

const DECIDED_BEFORE = 2;
const NEVER = Number.MAX_SAFE_INTEGER;
/** People who come back are known already; these are new, as nearly all are on a real day. */
const USER_DIGITS = 8;

export async function runOnSqlite(size: RunSize): Promise<RunTotals> {
  const directory = mkdtempSync(join(tmpdir(), 'usher-capacity-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  // Ctrl-C ends the process without coming past the `finally` below.
  process.once('exit', remove);
  try {
    const empty = join(directory, 'empty.db');
    await new Run(size, await openAt(empty, size)).close();
    const file = join(directory, 'usher.db');
    const run = new Run(size, await openAt(file, size));
    const totals = await run.all();
    await run.close();
    return { ...totals, fileBytes: usedBytes(file) - usedBytes(empty) };
  } finally {
    remove();
    process.off('exit', remove);
  }
}

/** Pages that hold something: SQLite keeps those that were emptied, to use them again. */
function usedBytes(file: string): number {
  const db = new Database(file, { readonly: true });
  try {
    const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) => {
      return Number(db.pragma(name, { simple: true }));
    });
    return ((pages ?? 0) - (free ?? 0)) * (size ?? 0);
  } finally {
    db.close();
  }
}

interface Opened {
  readonly log: ReturnType<typeof openSqliteLog>;
  readonly driven: DrivenShard;
  readonly shows: readonly ShowId[];
}

async function openAt(file: string, { shows, seatsPerShow }: RunSize): Promise<Opened> {
  const log = openSqliteLog({ file });
  const driven = await DrivenShard.open({ log, snapshotAfterBytes: NEVER });
  const ids = showIds(shows);
  await driven.schedule(ids, hallOf(seatsPerShow), plainTerms(driven.now()));
  return { log, driven, shows: ids };
}

class Run {
  readonly #size: RunSize;
  readonly #opened: Opened;
  readonly #seqs: number[];
  readonly #nextSeat: number[];
  #people = 0;
  #bookings = 0;
  #random: number;

  constructor(size: RunSize, opened: Opened) {
    this.#size = size;
    this.#opened = opened;
    this.#seqs = opened.shows.map(() => DECIDED_BEFORE);
    this.#nextSeat = opened.shows.map(() => 0);
    this.#random = size.seed + 1;
  }

  async all(): Promise<Omit<RunTotals, 'fileBytes'>> {
    const { decisions, decisionsPerCommit } = this.#size;
    const { driven } = this.#opened;
    const { stats } = driven.shard;
    const [memory, before] = [liveBytes(), { ...stats }];
    const cpu = process.cpuUsage();
    let commits = 0;
    for (let made = 0; made < decisions; made += 2 * decisionsPerCommit, commits += 2) {
      await this.#round(decisionsPerCommit);
    }
    const { user, system } = process.cpuUsage(cpu);
    const { counts, lastRefusal } = driven.egress;
    invariant(counts.refused === 0, `nothing is refused: ${lastRefusal}`);
    return {
      decisions: stats.decisions - before.decisions,
      bookings: this.#bookings,
      frames: stats.frames - before.frames,
      commits,
      cpuUs: user + system,
      bodyBytes: stats.logBytes - before.logBytes,
      memoryBytes: liveBytes() - memory,
    };
  }

  close(): Promise<void> {
    return this.#opened.log.close();
  }

  /** So many people hold a seat; then each books it or gives it back. */
  async #round(people: number): Promise<void> {
    const { driven, shows } = this.#opened;
    const { seatsPerShow, holdsPerBooking } = this.#size;
    const held = Array.from({ length: people }, () => {
      const at = this.#chance(shows.length);
      const seat = this.#nextSeat[at] ?? 0;
      invariant(seat < seatsPerShow, 'the shows have seats for all');
      this.#nextSeat[at] = seat + 1;
      const name = `person-${String(this.#people++).padStart(USER_DIGITS, '0')}`;
      const who = { show: shows[at] as ShowId, user: userId(name) };
      driven.ask({ type: 'hold', ...who, requestId: requestId('1'), seats: [seat] });
      return { ...who, at, hold: holdId(this.#count(at)) };
    });
    await driven.settle();
    for (const { at, ...asked } of held) {
      const isBooked = this.#chance(1_000) < 1_000 / holdsPerBooking;
      if (isBooked) this.#bookings++;
      this.#count(at);
      const type = isBooked ? 'book' : 'release';
      driven.ask({ type, ...asked, requestId: requestId('2') });
    }
    await driven.settle();
  }

  #count(show: number): number {
    const seq = (this.#seqs[show] ?? 0) + 1;
    this.#seqs[show] = seq;
    return seq;
  }

  /** The same from the same seed. */
  #chance(below: number): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * below);
  }
}
