/**
 * Writes a log as a day of selling leaves it: shows in which people, each a user of their own,
 * held seats and booked them, and some gave them back. It goes through the engine into a real
 * SQLite file, so recovery meets exactly what it would meet after a crash.
 */
import {
  holdId,
  type Millis,
  millis,
  type PartitionId,
  requestId,
  type ShowId,
  userId,
} from '../../engine/ids.ts';
import type { LogStore } from '../../engine/shard/log-store.ts';
import { partitionOf } from '../../engine/shard/route.ts';
import { invariant } from '../../engine/unreachable.ts';
import { openSqliteLog } from '../../persistence/index.ts';
import { ALL_PARTITIONS, DrivenShard, showIds } from './driven-shard.ts';
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

/** Decisions of one frame, about: what a busy server takes into one partition at once. */
const A_FRAME = 8;
/** More bookings than these are written a few partitions at a time, for the writer's memory. */
const BOOKINGS_A_GROUP = 250_000;
const DAY_MS = 16 * 60 * 60_000;
/** A small day is a short one: nobody's hold may run out between two turns. */
const MOST_STEP_MS = 60_000;
const OPENS_AT_MS = Date.UTC(2026, 0, 5, 6);
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
  const groups = Math.min(
    ALL_PARTITIONS.length,
    2 ** Math.ceil(Math.log2(Math.max(1, size.bookings / BOOKINGS_A_GROUP))),
  );
  const written = { decisions: 0, frames: 0, logBytes: 0, snapshots: 0 };
  let firstPerson = 0;
  for (let group = 0; group < groups; group++) {
    const partitions = ALL_PARTITIONS.filter((partition) => partition % groups === group);
    const shows = showIds(size.shows).filter((id) => partitionOf(id) % groups === group);
    const share = shows.length / size.shows;
    const day = await Day.open({ log, size, shows, share, partitions, firstPerson });
    await day.sell((part) => done((group + part) / groups));
    firstPerson = day.nextPerson;
    const { counts, lastRefusal } = day.driven.egress;
    invariant(counts.refused === 0, `nothing is refused while the log is written: ${lastRefusal}`);
    const { stats } = day.driven.shard;
    written.decisions += stats.decisions;
    written.frames += stats.frames;
    written.logBytes += stats.logBytes;
    written.snapshots += stats.snapshots;
  }
  await log.close();
  return written;
}

interface DayParts {
  readonly log: LogStore;
  readonly size: DaySize;
  readonly shows: readonly ShowId[];
  /** Of the whole day's bookings and holds. */
  readonly share: number;
  readonly partitions: readonly PartitionId[];
  readonly firstPerson: number;
}

class Day {
  readonly driven: DrivenShard;
  nextPerson: number;
  readonly #shows: readonly ShowId[];
  readonly #seqs: number[];
  /** Each show's next seat that nobody has asked for. */
  readonly #nextSeat: number[];
  readonly #size: DaySize;
  readonly #share: number;
  readonly #aTurn: number;
  readonly #clock: DayClock;

  private constructor(driven: DrivenShard, parts: DayParts, clock: DayClock) {
    const { size, shows, share, partitions, firstPerson } = parts;
    this.driven = driven;
    this.nextPerson = firstPerson;
    this.#size = size;
    this.#share = share;
    this.#aTurn = A_FRAME * partitions.length;
    this.#clock = clock;
    this.#shows = shows;
    this.#seqs = shows.map(() => DECIDED_BEFORE);
    this.#nextSeat = shows.map(() => 0);
  }

  static async open(parts: DayParts): Promise<Day> {
    const { log, size, shows, share, partitions } = parts;
    const { snapshotAfterBytes, bookings, releasesPerBooking } = size;
    const rounds = (bookings * share * (1 + releasesPerBooking)) / (A_FRAME * partitions.length);
    const clock = new DayClock(Math.min(MOST_STEP_MS, DAY_MS / (2 * rounds + 1)));
    const now = () => clock.now();
    const driven = await DrivenShard.open({ log, now, snapshotAfterBytes, partitions });
    await driven.schedule(shows, hallOf(size.seatsPerShow), plainTerms(now()));
    return new Day(driven, parts, clock);
  }

  async sell(done: (share: number) => void): Promise<void> {
    const { releasesPerBooking } = this.#size;
    const bookings = Math.round(this.#size.bookings * this.#share);
    const holds = Math.round(this.#size.holds * this.#share);
    const aTurn = this.#aTurn;
    let releases = 0;
    for (let made = 0; made < bookings; made += aTurn) {
      const now = Math.min(aTurn, bookings - made);
      await this.#round(now, 'book');
      releases += now * releasesPerBooking;
      for (; releases >= aTurn; releases -= aTurn) await this.#round(aTurn, 'release');
      done(made / bookings);
    }
    this.#clock.stop();
    for (let made = 0; made < holds; made += aTurn) {
      await this.#round(Math.min(aTurn, holds - made), 'nothing');
    }
  }

  /** So many people hold seats, and then all of them do the same with what they hold. */
  async #round(people: number, then: 'book' | 'release' | 'nothing'): Promise<void> {
    const { driven } = this;
    const { seatsPerShow } = this.#size;
    const seatsBefore = then === 'release' ? [...this.#nextSeat] : undefined;
    const asked = Array.from({ length: people }, () => {
      const index = this.nextPerson++;
      // Neighbours in time are people of different shows, in no order that helps a cache.
      const at = (index * 7_919) % this.#shows.length;
      const count = 1 + (index % MOST_SEATS);
      let first = this.#nextSeat[at] ?? 0;
      if (first + count > seatsPerShow) first = 0;
      const seats = Array.from({ length: count }, (_, seat) => first + seat);
      this.#nextSeat[at] = first + count;
      const user = userId(`${index.toString(36)}-visitor-of-the-day`.slice(0, USER_ID_CHARS));
      const who = { show: this.#shows[at] as ShowId, user };
      driven.ask({ type: 'hold', ...who, requestId: requestId('1'), seats });
      return { ...who, at, hold: holdId(this.#count(at)) };
    });
    await driven.settle();
    this.#clock.tick();
    if (then === 'nothing') return;
    seatsBefore?.forEach((seat, at) => {
      this.#nextSeat[at] = seat;
    });
    for (const { show, user, at, hold } of asked) {
      this.#count(at);
      driven.ask({ type: then, show, user, requestId: requestId('2'), hold });
    }
    await driven.settle();
    this.#clock.tick();
  }

  #count(show: number): number {
    const seq = (this.#seqs[show] ?? 0) + 1;
    this.#seqs[show] = seq;
    return seq;
  }
}

/** Goes on with each turn, so that all of them together take a day, or a part of it. */
class DayClock {
  #nowMs = OPENS_AT_MS;
  #stepMs: number;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  now(): Millis {
    return millis(Math.floor(this.#nowMs));
  }

  tick(): void {
    this.#nowMs += this.#stepMs;
  }

  stop(): void {
    this.#stepMs = 0;
  }
}
