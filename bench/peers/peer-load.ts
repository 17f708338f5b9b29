/**
 * Holds and releases through a peer as `hold` puts them to Usher: every lane goes round places of
 * its own, one hold in fifty goes for a seat that all want. A seat that was given to two shows when
 * they let go of it: the second's hold stands in place of the first's, which is not found any more.
 */
import { performance } from 'node:perf_hooks';
import { Latencies } from '../load/latencies.ts';
import { planPlaces, SHARED_SEAT, SHARED_SHOWS } from '../load/places.ts';
import { mulberry32 } from '../onsale/contenders.ts';
import type { Peer } from './peer.ts';

const CONTESTED = 0.02;

export interface PeerLoadOptions {
  readonly lanesPerPeer: number;
  readonly shows: number;
  readonly seats: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly seed: number;
  readonly onMeasuring?: () => void;
  readonly onMeasured?: () => void;
}

export interface PeerLoadResult {
  readonly perSecond: number;
  readonly operations: number;
  readonly conflicts: number;
  /** Holds that were not there any more when they were to be released. */
  readonly seatsHeldTwice: number;
  /** Refusals of seats that nobody else can want. */
  readonly wrongRefusals: number;
  readonly latencies: string;
  readonly cpuUs: number;
}

export async function loadPeers(
  peers: readonly Peer[],
  options: PeerLoadOptions,
): Promise<PeerLoadResult> {
  const load = new PeerLoad(options);
  return await load.run(peers);
}

class PeerLoad {
  readonly #options: PeerLoadOptions;
  readonly #latencies = new Latencies();
  readonly #random: () => number;
  #isMeasuring = false;
  #isOver = false;
  #operations = 0;
  #conflicts = 0;
  #seatsHeldTwice = 0;
  #wrongRefusals = 0;

  constructor(options: PeerLoadOptions) {
    this.#options = options;
    this.#random = mulberry32(options.seed);
  }

  async run(peers: readonly Peer[]): Promise<PeerLoadResult> {
    const { lanesPerPeer, shows, seats, seconds, warmupSeconds } = this.#options;
    const all = Array.from({ length: shows }, (_, show) => ({ id: String(show), seats }));
    const plan = planPlaces(all, peers.length, lanesPerPeer);
    const lanes = peers.flatMap((peer, user) => {
      const places = plan[user] ?? [];
      return Array.from({ length: lanesPerPeer }, (_, lane) => {
        return this.#lane(
          peer,
          user,
          places.filter((_place, index) => index % lanesPerPeer === lane),
        );
      });
    });
    await pause(warmupSeconds * 1_000);
    this.#options.onMeasuring?.();
    this.#isMeasuring = true;
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    await pause(seconds * 1_000);
    const lasted = (performance.now() - startedMs) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    this.#isMeasuring = false;
    this.#options.onMeasured?.();
    this.#isOver = true;
    await Promise.all(lanes);
    return {
      perSecond: this.#operations / lasted,
      operations: this.#operations,
      conflicts: this.#conflicts,
      seatsHeldTwice: this.#seatsHeldTwice,
      wrongRefusals: this.#wrongRefusals,
      latencies: this.#latencies.encode(),
      cpuUs: user + system,
    };
  }

  async #lane(
    peer: Peer,
    user: number,
    places: readonly { readonly show: number; readonly seat: number }[],
  ): Promise<void> {
    for (let turn = 0; !this.#isOver; turn++) {
      const isContested = this.#random() < CONTESTED;
      const shared = {
        show: Math.floor(this.#random() * Math.min(SHARED_SHOWS, this.#options.shows)),
        seat: SHARED_SEAT,
      };
      const place = isContested ? shared : places[turn % places.length];
      if (place === undefined) throw new Error('a lane has no places');
      const { show, seat } = place;
      const hold = await this.#timed(() => peer.hold(show, seat, user));
      if (hold === 0) {
        if (!isContested) this.#wrongRefusals++;
        else if (this.#isMeasuring) this.#conflicts++;
        // A peer that answers at once would never let the clock go on.
        if (turn % 64 === 0) await turnOver();
        continue;
      }
      if (this.#isMeasuring) this.#operations++;
      const isReleased = await this.#timed(() => peer.release(show, seat, hold, user));
      if (!isReleased) this.#seatsHeldTwice++;
      if (this.#isMeasuring) this.#operations++;
      if (turn % 64 === 0) await turnOver();
    }
  }

  async #timed<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const askedMs = performance.now();
    const answer = await ask();
    if (this.#isMeasuring) this.#latencies.record(performance.now() - askedMs);
    return answer;
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const turnOver = () => new Promise<void>((resolve) => setImmediate(resolve));
