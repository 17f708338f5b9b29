/**
 * The mix that G1 asks about: users who hold a seat and give it back, going round many shows, as
 * `hold` does it over sockets. Requests are made before each stretch that is timed, in objects
 * that are used again, so that only deciding is measured and only deciding leaves garbage.
 */

import { holdId, type RequestId, requestId, type ShowId, userId } from '../../engine/ids.ts';
import { limits } from '../../engine/limits.ts';
import type { ShardRequest } from '../../engine/shard/requests.ts';
import { planPlaces } from '../load/places.ts';
import { DrivenShard, type DrivenShardOptions, showIds } from './driven-shard.ts';
import { hallOf, plainTerms } from './hall.ts';

/** A show that has been scheduled and is on sale has decided twice. */
const DECIDED_BEFORE = 2;
const SETTLE_EVERY = 50_000;

export interface MixSize {
  readonly shows: number;
  readonly seatsPerShow: number;
  readonly users: number;
  readonly lanesPerUser: number;
  /** Holds of other users that stand all the while. */
  readonly standing: number;
}

type Hold = Extract<ShardRequest, { type: 'hold' }>;
type Release = Extract<ShardRequest, { type: 'release' }>;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Place {
  readonly show: number;
  readonly seats: readonly number[];
}

interface Lane {
  readonly places: readonly Place[];
  next: number;
  readonly hold: Mutable<Hold>;
  readonly release: Mutable<Release>;
}

export class HoldMix {
  readonly driven: DrivenShard;
  readonly #shows: readonly ShowId[];
  readonly #lanes: readonly Lane[];
  /** Each show's last decision, by index. */
  readonly #seqs: number[];
  /** The same for every user: so many that none comes back while a show remembers it. */
  readonly #ids: readonly RequestId[];
  readonly #lanesPerUser: number;
  #round = 0;

  private constructor(driven: DrivenShard, shows: readonly ShowId[], size: MixSize) {
    const { lanesPerUser } = size;
    this.driven = driven;
    this.#shows = shows;
    this.#lanes = lanesOf(size, shows);
    this.#lanesPerUser = lanesPerUser;
    this.#seqs = shows.map(() => DECIDED_BEFORE);
    const remembered = limits.rememberedRequests * shows.length;
    const rounds = 2 * Math.ceil(remembered / (2 * lanesPerUser) + 1);
    this.#ids = Array.from({ length: rounds * 2 * lanesPerUser }, (_, index) => {
      return requestId(index.toString(36));
    });
  }

  static async open(size: MixSize, options: DrivenShardOptions): Promise<HoldMix> {
    const driven = await DrivenShard.open(options);
    const shows = showIds(size.shows);
    await driven.schedule(shows, hallOf(size.seatsPerShow), plainTerms(driven.now()));
    const mix = new HoldMix(driven, shows, size);
    await mix.#stand(size);
    return mix;
  }

  get decisionsARound(): number {
    return 2 * this.#lanes.length;
  }

  /** A round's holds and releases, made; `run` then submits and decides them. */
  prepare(): void {
    const lanesPerUser = this.#lanesPerUser;
    let nextId = (this.#round++ * 2 * lanesPerUser) % this.#ids.length;
    const idOf = () => this.#ids[nextId++] as RequestId;
    for (const [index, lane] of this.#lanes.entries()) {
      if (index % lanesPerUser === 0 && index > 0) nextId -= 2 * lanesPerUser;
      const place = lane.places[lane.next % lane.places.length] as Place;
      lane.next++;
      const show = this.#shows[place.show] as ShowId;
      lane.hold.show = show;
      lane.hold.seats = place.seats;
      lane.hold.requestId = idOf();
      lane.release.show = show;
      lane.release.requestId = idOf();
      lane.release.hold = holdId(this.#count(place.show));
    }
    for (const lane of this.#lanes) {
      this.#count(lane.places[(lane.next - 1) % lane.places.length]?.show ?? 0);
    }
  }

  async run(): Promise<void> {
    const { driven } = this;
    for (const lane of this.#lanes) driven.ask(lane.hold);
    for (const lane of this.#lanes) driven.ask(lane.release);
    await driven.settle();
  }

  #count(show: number): number {
    const seq = (this.#seqs[show] ?? 0) + 1;
    this.#seqs[show] = seq;
    return seq;
  }

  /** Holds that stand take the last seats of each show, a user each. */
  async #stand({ standing, shows, seatsPerShow }: MixSize): Promise<void> {
    for (let index = 0; index < standing; index++) {
      const show = index % shows;
      const seat = seatsPerShow - 1 - Math.floor(index / shows);
      const id = this.#shows[show] as ShowId;
      const user = userId(`standing-${index}`);
      this.driven.ask({ type: 'hold', show: id, user, requestId: requestId('s'), seats: [seat] });
      this.#count(show);
      if (index % SETTLE_EVERY === SETTLE_EVERY - 1) await this.driven.settle();
    }
    await this.driven.settle();
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
        hold: { ...asked, type: 'hold', seats: [] },
        release: { ...asked, type: 'release', hold: holdId(0) },
      };
    });
  });
}
