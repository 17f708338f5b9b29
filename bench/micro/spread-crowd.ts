/**
 * People spread over shows, a seat each, who hold it and give it back, all of them in each round:
 * the same work whatever the number of shows and the size of the halls.
 */
import { performance } from 'node:perf_hooks';
import { holdId, requestId, type ShowId, userId } from '../../engine/ids.ts';
import { DrivenShard, showIds } from './driven-shard.ts';
import { FrameShelf } from './frame-shelf.ts';
import { hallOf, plainTerms } from './hall.ts';

const DECIDED_BEFORE = 2;

export class SpreadCrowd {
  readonly driven: DrivenShard;
  readonly shows: readonly ShowId[];
  /** Microseconds that scheduling took, a show. */
  readonly scheduleUs: number;
  readonly #people: readonly { readonly show: number; readonly seat: number }[];
  readonly #seqs: number[];
  #round = 0;

  private constructor(driven: DrivenShard, shows: readonly ShowId[], size: CrowdSize, us: number) {
    this.driven = driven;
    this.shows = shows;
    this.scheduleUs = us;
    this.#seqs = shows.map(() => DECIDED_BEFORE);
    const { people, seatsPerShow } = size;
    this.#people = Array.from({ length: people }, (_, index) => {
      const place = Math.floor(index / shows.length);
      // Spread over the hall, so that a large one is not only used at its front.
      const step = Math.max(1, Math.floor((seatsPerShow * shows.length) / people));
      return { show: index % shows.length, seat: (place * step) % seatsPerShow };
    });
  }

  /** People must find a seat each: at most shows × seats. */
  static async open(size: CrowdSize): Promise<SpreadCrowd> {
    const driven = await DrivenShard.open({ log: new FrameShelf(0) });
    const shows = showIds(size.shows);
    const startedMs = performance.now();
    await driven.schedule(shows, hallOf(size.seatsPerShow), plainTerms(driven.now()));
    const us = ((performance.now() - startedMs) * 1000) / shows.length;
    return new SpreadCrowd(driven, shows, size, us);
  }

  get refused(): number {
    return this.driven.egress.counts.refused;
  }

  /** Microseconds a decision: everybody holds, then everybody gives back. */
  async round(): Promise<number> {
    const { driven } = this;
    const round = this.#round++;
    const [first, second] = [requestId(`h${round}`), requestId(`r${round}`)];
    const holds = this.#people.map(({ show, seat }, index) => {
      const who = { show: this.shows[show] as ShowId, user: userId(`person-${index}`) };
      const hold = holdId(this.#count(show));
      return {
        hold: { type: 'hold', ...who, requestId: first, seats: [seat] },
        release: { type: 'release', ...who, requestId: second, hold },
      } as const;
    });
    for (const { show } of this.#people) this.#count(show);
    const startedMs = performance.now();
    for (const { hold } of holds) driven.ask(hold);
    for (const { release } of holds) driven.ask(release);
    await driven.settle();
    return ((performance.now() - startedMs) * 1000) / (2 * holds.length);
  }

  #count(show: number): number {
    const seq = (this.#seqs[show] ?? 0) + 1;
    this.#seqs[show] = seq;
    return seq;
  }
}

export interface CrowdSize {
  readonly shows: number;
  readonly seatsPerShow: number;
  readonly people: number;
}
