/**
 * Writes a log as a day of selling leaves it: shows in which people, each a user of their own,
 * held seats and booked them, and some gave them back. It goes through the engine into a real
 * SQLite file, so recovery meets exactly what it would meet after a crash.
 */
import { holdId, millis, requestId, type ShowId, userId } from '../../engine/ids.ts';
import { invariant } from '../../engine/unreachable.ts';
import { openSqliteLog } from '../../persistence/index.ts';
import { DrivenShard, showIds } from './driven-shard.ts';
import { hallOf, plainTerms } from './hall.ts';

export interface DaySize {
  readonly shows: number;
  readonly seatsPerShow: number;
  readonly bookings: number;
  /** For each booking, how many holds are given back first; a fraction means some have one. */
  readonly releasesPerBooking: number;
  /** Holds that are open at the end. */
  readonly holds: number;
  readonly snapshotAfterBytes: number;
}

export interface WrittenDay {
  readonly decisions: number;
  readonly frames: number;
  readonly logBytes: number;
  readonly snapshots: number;
}

/** Decisions of one turn: what a busy server takes in at once. */
const A_TURN = 512;
/** How far the clock goes with each turn: a full day passes in about 10,000 of them. */
const MS_A_TURN = 8_000;
const MOST_SEATS = 4;
const DECIDED_BEFORE = 2;
/** As long as the ids that sessions are given. */
const USER_ID_CHARS = 12;

/** `done` is told the share that is written, from 0 to 1. */
export async function writeDayLog(
  file: string,
  size: DaySize,
  done: (share: number) => void,
): Promise<WrittenDay> {
  const log = openSqliteLog({ file });
  const day = await Day.open(log, size);
  await day.sell(done);
  const { decisions, frames, logBytes, snapshots } = day.driven.shard.stats;
  const { counts, lastRefusal } = day.driven.egress;
  invariant(counts.refused === 0, `nothing is refused while the log is written: ${lastRefusal}`);
  await log.close();
  return { decisions, frames, logBytes, snapshots };
}

class Day {
  readonly driven: DrivenShard;
  readonly #shows: readonly ShowId[];
  readonly #seqs: number[];
  /** Each show's next seat that nobody has asked for. */
  readonly #nextSeat: number[];
  readonly #size: DaySize;
  readonly #tick: () => void;
  #people = 0;

  private constructor(driven: DrivenShard, size: DaySize, tick: () => void) {
    this.driven = driven;
    this.#size = size;
    this.#tick = tick;
    this.#shows = showIds(size.shows);
    this.#seqs = this.#shows.map(() => DECIDED_BEFORE);
    this.#nextSeat = this.#shows.map(() => 0);
  }

  static async open(log: Parameters<typeof DrivenShard.open>[0]['log'], size: DaySize) {
    let nowMs = Date.UTC(2026, 0, 5, 6);
    const { snapshotAfterBytes } = size;
    const driven = await DrivenShard.open({ log, now: () => millis(nowMs), snapshotAfterBytes });
    const day = new Day(driven, size, () => {
      nowMs += MS_A_TURN;
    });
    await driven.schedule(day.#shows, hallOf(size.seatsPerShow), plainTerms(millis(nowMs)));
    return day;
  }

  async sell(done: (share: number) => void): Promise<void> {
    const { bookings, holds, releasesPerBooking } = this.#size;
    let releases = 0;
    for (let made = 0; made < bookings; made += A_TURN) {
      const now = Math.min(A_TURN, bookings - made);
      await this.#round(now, 'book');
      releases += now * releasesPerBooking;
      for (; releases >= A_TURN; releases -= A_TURN) await this.#round(A_TURN, 'release');
      done(made / bookings);
    }
    for (let made = 0; made < holds; made += A_TURN) {
      await this.#round(Math.min(A_TURN, holds - made), 'nothing');
    }
  }

  /** So many people hold seats, and then all of them do the same with what they hold. */
  async #round(people: number, then: 'book' | 'release' | 'nothing'): Promise<void> {
    const { driven } = this;
    const { seatsPerShow } = this.#size;
    const asked = Array.from({ length: people }, () => {
      const index = this.#people++;
      // Neighbours in time are people of different shows, in no order that helps a cache.
      const at = (index * 7_919) % this.#shows.length;
      const count = 1 + (index % MOST_SEATS);
      let first = this.#nextSeat[at] ?? 0;
      if (first + count > seatsPerShow) first = 0;
      const seats = Array.from({ length: count }, (_, seat) => first + seat);
      if (then !== 'release') this.#nextSeat[at] = first + count;
      const user = userId(`${index.toString(36)}-visitor-of-the-day`.slice(0, USER_ID_CHARS));
      const who = { show: this.#shows[at] as ShowId, user };
      driven.ask({ type: 'hold', ...who, requestId: requestId('1'), seats });
      return { ...who, at, hold: holdId(this.#count(at)) };
    });
    await driven.settle();
    this.#tick();
    if (then === 'nothing') return;
    for (const { show, user, at, hold } of asked) {
      this.#count(at);
      driven.ask({ type: then, show, user, requestId: requestId('2'), hold });
    }
    await driven.settle();
    this.#tick();
  }

  #count(show: number): number {
    const seq = (this.#seqs[show] ?? 0) + 1;
    this.#seqs[show] = seq;
    return seq;
  }
}
