/**
 * What things weigh in memory: the state before and after many of them, after full collections.
 * It is the shard's own state that grows, so maps, directories and the collector's alignment are
 * all in it.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { holdId, requestId, type ShowId, userId } from '../../engine/ids.ts';
import { invariant } from '../../engine/unreachable.ts';
import { DrivenShard, showIds } from './driven-shard.ts';
import { FrameShelf } from './frame-shelf.ts';
import { hallOf, plainTerms } from './hall.ts';

export interface Weights {
  readonly idleShowBytes: number;
  /** Of one seat each, by users who have nothing else. */
  readonly holdBytes: number;
  readonly bookingBytes: number;
  readonly waiterBytes: number;
  /** Body bytes of the log, what frames themselves take included. */
  readonly logBytesPerHold: number;
  readonly logBytesPerBooking: number;
}

export interface WeighOptions {
  readonly shows: number;
  readonly seatsPerShow: number;
  /** Holds, bookings and waiters to weigh, each. */
  readonly users: number;
}

const DECIDED_BEFORE = 2;
/** So many that every partition has one. */
const FIRST_SHOWS = 1_000;
const A_TURN = 1_000;

export async function weigh(options: WeighOptions): Promise<Weights> {
  const { shows, seatsPerShow, users } = options;
  const log = new FrameShelf(0);
  const driven = await DrivenShard.open({ log, snapshotAfterBytes: Number.MAX_SAFE_INTEGER });
  const definition = hallOf(seatsPerShow);
  const terms = plainTerms(driven.now());
  // The first shows bring the hall along, which all shows of their partition share.
  const first = Array.from({ length: FIRST_SHOWS }, (_, index) => `first-show-${index}`);
  await driven.schedule(first, definition, terms);
  const ids = showIds(shows);
  const before = liveBytes();
  await driven.schedule(ids, definition, terms);
  const withShows = liveBytes();
  const crowd = new Crowd(driven, ids);
  const loggedBefore = log.counts.bytes;
  await crowd.hold(users, 0);
  const logBytesPerHold = (log.counts.bytes - loggedBefore) / users;
  const withHolds = liveBytes();
  await crowd.hold(users, users);
  const withMore = liveBytes();
  const loggedThen = log.counts.bytes;
  await crowd.book();
  const logBytesPerBooking = (log.counts.bytes - loggedThen) / users;
  const withBookings = liveBytes();
  const { counts, lastRefusal } = driven.egress;
  invariant(counts.refused === 0, `nothing is refused while it is weighed: ${lastRefusal}`);
  return {
    idleShowBytes: (withShows - before) / shows,
    holdBytes: (withHolds - withShows) / users,
    bookingBytes: (withBookings - withMore) / users + (withMore - withHolds) / users,
    waiterBytes: await waiterBytes(driven, users),
    logBytesPerHold,
    logBytesPerBooking,
  };
}

/** Users who hold a seat each, spread over the shows. */
class Crowd {
  readonly #driven: DrivenShard;
  readonly #shows: readonly ShowId[];
  readonly #seqs: number[];
  #held: { show: ShowId; user: string; hold: number }[] = [];

  constructor(driven: DrivenShard, shows: readonly ShowId[]) {
    this.#driven = driven;
    this.#shows = shows;
    this.#seqs = shows.map(() => DECIDED_BEFORE);
  }

  async hold(count: number, from: number): Promise<void> {
    this.#held = [];
    for (let index = from; index < from + count; index++) {
      const at = index % this.#shows.length;
      const show = this.#shows[at] as ShowId;
      const user = `person-${String(index).padStart(8, '0')}`;
      const seats = [Math.floor(index / this.#shows.length)];
      const asked = { show, user: userId(user), requestId: requestId('1'), seats };
      this.#driven.ask({ type: 'hold', ...asked });
      const seq = (this.#seqs[at] ?? 0) + 1;
      this.#seqs[at] = seq;
      this.#held.push({ show, user, hold: seq });
      if (index % A_TURN === A_TURN - 1) await this.#driven.settle();
    }
    await this.#driven.settle();
  }

  /** Books what was held last. */
  async book(): Promise<void> {
    for (const [index, { show, user, hold }] of this.#held.splice(0).entries()) {
      const asked = { show, user: userId(user), requestId: requestId('2'), hold: holdId(hold) };
      this.#driven.ask({ type: 'book', ...asked });
      if (index % A_TURN === A_TURN - 1) await this.#driven.settle();
    }
    await this.#driven.settle();
  }
}

/** One show of one seat, which somebody holds, and all the others wait for it. */
async function waiterBytes(driven: DrivenShard, users: number): Promise<number> {
  await driven.schedule(['one-seat'], hallOf(1), plainTerms(driven.now()));
  const [show] = ['one-seat' as ShowId];
  const holder = { show, user: userId('holder'), requestId: requestId('1') };
  driven.ask({ type: 'hold', ...holder, seats: [0] });
  await driven.settle();
  const before = liveBytes();
  for (let index = 0; index < users; index++) {
    const user = userId(`waiter-${String(index).padStart(8, '0')}`);
    driven.ask({ type: 'wait', show, user, requestId: requestId('1'), party: 1 });
    if (index % A_TURN === A_TURN - 1) await driven.settle();
  }
  await driven.settle();
  return (liveBytes() - before) / users;
}

let collect: (() => void) | undefined;

/** Bytes of the heap and beside it that something still refers to. */
export function liveBytes(): number {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
