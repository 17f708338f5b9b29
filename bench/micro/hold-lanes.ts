/**
 * The mix that G1 asks about: users who hold a seat and give it back, going round many shows, as
 * `hold` does it over sockets. Requests are made before each stretch that is timed, in objects
 * that are used again, so that only deciding is measured and only deciding leaves garbage.
 */

import { holdId, type RequestId, requestId, type ShowId, userId } from '../../engine/ids.ts';
import { limits } from '../../engine/limits.ts';
import type { UserCommand } from '../../engine/show/command.ts';
import { planPlaces } from '../load/places.ts';

/** A show that has been scheduled and is on sale has decided twice. */
const DECIDED_BEFORE = 2;

export interface MixSize {
  readonly shows: number;
  readonly seatsPerShow: number;
  readonly users: number;
  readonly lanesPerUser: number;
  /** Holds of other users that stand all the while. */
  readonly standing: number;
}

type Hold = Extract<UserCommand, { type: 'hold' }>;
type Release = Extract<UserCommand, { type: 'release' }>;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Place {
  readonly show: number;
  readonly seats: readonly number[];
}

export interface Lane {
  readonly places: readonly Place[];
  next: number;
  /** Index of the show that both requests of this round are for. */
  show: number;
  readonly hold: Mutable<Hold>;
  readonly release: Mutable<Release>;
}

export class HoldLanes {
  readonly lanes: readonly Lane[];
  readonly #shows: readonly ShowId[];
  /** Each show's last decision, by index. */
  readonly #seqs: number[];
  /** The same for every user: so many that none comes back while a show remembers it. */
  readonly #ids: readonly RequestId[];
  readonly #size: MixSize;
  #round = 0;

  constructor(shows: readonly ShowId[], size: MixSize) {
    const { lanesPerUser } = size;
    this.#shows = shows;
    this.#size = size;
    this.lanes = lanesOf(size, shows);
    this.#seqs = shows.map(() => DECIDED_BEFORE);
    const remembered = limits.rememberedRequests * shows.length;
    const rounds = 2 * Math.ceil(remembered / (2 * lanesPerUser) + 1);
    this.#ids = Array.from({ length: rounds * 2 * lanesPerUser }, (_, index) => {
      return requestId(index.toString(36));
    });
  }

  get decisionsARound(): number {
    return 2 * this.lanes.length;
  }

  /** A round's holds and releases, made: first all the holds are to be decided, in order. */
  prepare(): void {
    const { lanesPerUser } = this.#size;
    let nextId = (this.#round++ * 2 * lanesPerUser) % this.#ids.length;
    const idOf = () => this.#ids[nextId++] as RequestId;
    for (const [index, lane] of this.lanes.entries()) {
      if (index % lanesPerUser === 0 && index > 0) nextId -= 2 * lanesPerUser;
      const place = lane.places[lane.next % lane.places.length] as Place;
      lane.next++;
      lane.show = place.show;
      const show = this.#shows[place.show] as ShowId;
      lane.hold.show = show;
      lane.hold.seats = place.seats;
      lane.hold.requestId = idOf();
      lane.release.show = show;
      lane.release.requestId = idOf();
      lane.release.hold = holdId(this.#count(place.show));
    }
    for (const { show } of this.lanes) this.#count(show);
  }

  /** Holds that stand take the last seats of each show, a user each. */
  *standing(): Generator<{ readonly show: number; readonly hold: Hold }> {
    const { standing, shows, seatsPerShow } = this.#size;
    for (let index = 0; index < standing; index++) {
      const show = index % shows;
      const seats = [seatsPerShow - 1 - Math.floor(index / shows)];
      const id = this.#shows[show] as ShowId;
      const user = userId(`standing-${index}`);
      this.#count(show);
      yield { show, hold: { type: 'hold', show: id, user, requestId: requestId('s'), seats } };
    }
  }

  #count(show: number): number {
    const seq = (this.#seqs[show] ?? 0) + 1;
    this.#seqs[show] = seq;
    return seq;
  }
}

function lanesOf(size: MixSize, shows: readonly ShowId[]): readonly Lane[] {
  const { users, lanesPerUser, seatsPerShow, standing } = size;
  const free = seatsPerShow - Math.ceil(standing / shows.length);
  const plan = planPlaces(
    shows.map((id) => ({ id, seats: free })),
    users,
    lanesPerUser,
  );
  return plan.flatMap((places, index) => {
    const user = userId(`user-${index}`);
    return Array.from({ length: lanesPerUser }, (_, lane) => {
      // Every lane goes round places of its own, so that all of them are free when it comes.
      const own = places.filter((_, at) => at % lanesPerUser === lane);
      const asked = { show: shows[0] as ShowId, user, requestId: requestId('0') };
      return {
        places: own.map(({ show, seat }) => ({ show, seats: [seat] })),
        next: 0,
        show: 0,
        hold: { ...asked, type: 'hold', seats: [] },
        release: { ...asked, type: 'release', hold: holdId(0) },
      };
    });
  });
}
