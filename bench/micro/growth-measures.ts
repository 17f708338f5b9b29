/**
 * What is measured as shows, halls and lines grow: each operation through the whole shard with a
 * log in memory, at sizes ten times apart, as the median of several turns at it.
 */
import { performance } from 'node:perf_hooks';
import { type HoldId, requestId, type ShowId, userId } from '../../engine/ids.ts';
import type { ShardRequest } from '../../engine/shard/requests.ts';
import { invariant } from '../../engine/unreachable.ts';
import { median } from '../report/median.ts';
import type { Follows, Growth } from './growth.ts';

import { SpreadCrowd } from './spread-crowd.ts';
import { SteadyLine } from './steady-line.ts';

export interface GrowthEffort {
  /** Passes over all sizes; of each cost the lowest counts. */
  readonly passes: number;
  /** Turns at each operation; the median counts. */
  readonly rounds: number;
  /** Turns before them. */
  readonly warmups: number;
  /** Holds, joins … of one turn. */
  readonly perRound: number;
}

/** Collects costs by operation while one axis grows. */
class Collected {
  readonly #axis: string;
  readonly #growths = new Map<string, { follows: Follows; costs: [number, number][] }>();

  constructor(axis: string) {
    this.#axis = axis;
  }

  add(operation: string, size: number, us: number, follows: Follows = 'nothing'): void {
    const known = this.#growths.get(operation);
    const rounded = Number(us.toPrecision(4));
    if (known === undefined) this.#growths.set(operation, { follows, costs: [[size, rounded]] });
    else known.costs.push([size, rounded]);
  }

  get all(): readonly Growth[] {
    const axis = this.#axis;
    return [...this.#growths].map(([operation, growth]) => ({ axis, operation, ...growth }));
  }
}

const SEATS = 2_000;
/** How often a turn asks what costs a thousand times as much as a hold. */
const DEAR = 20;
const LARGE_PARTY = 4;

export async function growShows(
  sizes: readonly number[],
  effort: GrowthEffort,
): Promise<readonly Growth[]> {
  const collected = new Collected('shows');
  for (const shows of sizes) {
    const people = Math.max(shows, effort.perRound);
    const crowd = await SpreadCrowd.open({ shows, seatsPerShow: SEATS, people });
    collected.add('schedule a show', shows, crowd.scheduleUs);
    collected.add('hold or release', shows, await medianOf(effort, () => crowd.round()));
    collected.add('let time pass, nothing due', shows, await medianOf(effort, () => pulses(crowd)));
    const look = () => asked(crowd, mineOf(effort.perRound));
    collected.add('look at what is mine', shows, await medianOf(effort, look));
    invariant(crowd.refused === 0, 'nothing is refused while shows grow');
  }
  return collected.all;
}

export async function growSeats(
  sizes: readonly number[],
  effort: GrowthEffort,
): Promise<readonly Growth[]> {
  const collected = new Collected('seats a show');
  const most = Math.min(...sizes);
  for (const seats of sizes) {
    const people = Math.min(most, effort.perRound);
    const crowd = await SpreadCrowd.open({ shows: 1, seatsPerShow: seats, people });
    const [show] = crowd.shows;
    if (show === undefined) continue;
    collected.add('schedule a show', seats, crowd.scheduleUs, 'size');
    collected.add('hold or release', seats, await medianOf(effort, () => crowd.round()));
    const best = new BestSeats(crowd, show);
    const party = await medianOf(effort, () => best.round());
    collected.add('hold and release best four, hall empty', seats, party);
    const watch = () => asked(crowd, watchesOf(show));
    collected.add('look at the whole hall', seats, await medianOf(effort, watch), 'size');
    await best.fill(seats);
    const full = await medianOf(effort, () => best.round());
    collected.add('hold and release best four, nine tenths sold', seats, full, 'size');
    invariant(crowd.refused === 0, 'nothing is refused while halls grow');
  }
  return collected.all;
}

export async function growLine(
  sizes: readonly number[],
  effort: GrowthEffort,
): Promise<readonly Growth[]> {
  const collected = new Collected('waiters');
  for (const waiters of sizes) {
    const line = await SteadyLine.open();
    await line.growTo(waiters);
    const { perRound } = effort;
    const comeAndGo = await medianOf(effort, () => line.comeAndGo(perRound));
    collected.add('join and leave', waiters, comeAndGo);
    const look = await medianOf(effort, () => line.lookAtPlace(perRound));
    collected.add('look at my place', waiters, look);
    const passOn = await medianOf(effort, () => line.passOn(perRound));
    collected.add('decline, be offered, join again', waiters, passOn);
    invariant(line.refused === 0, 'nothing is refused while the line grows');
  }
  return collected.all;
}

async function medianOf(effort: GrowthEffort, turn: () => Promise<number>): Promise<number> {
  for (let round = 0; round < effort.warmups; round++) await turn();
  const costs: number[] = [];
  for (let round = 0; round < effort.rounds; round++) costs.push(await turn());
  return median(costs);
}

const PULSES = 10_000;

async function pulses({ driven }: SpreadCrowd): Promise<number> {
  const startedMs = performance.now();
  for (let pulse = 0; pulse < PULSES; pulse++) driven.shard.pulse();
  await driven.settle();
  return ((performance.now() - startedMs) * 1000) / PULSES;
}

/** Microseconds a request. */
async function asked({ driven }: SpreadCrowd, requests: readonly ShardRequest[]): Promise<number> {
  const startedMs = performance.now();
  for (const request of requests) driven.ask(request);
  await driven.settle();
  return ((performance.now() - startedMs) * 1000) / requests.length;
}

function mineOf(people: number): readonly ShardRequest[] {
  return Array.from({ length: people }, (_, index) => {
    return { type: 'mine', user: userId(`person-${index}`), requestId: requestId('m') };
  });
}

function watchesOf(show: ShowId): readonly ShardRequest[] {
  return Array.from({ length: DEAR }, (_, index) => {
    return { type: 'watch', show, requestId: requestId(`w${index}`) };
  });
}

/** Lets the engine choose four seats and gives them back; and books most of a hall. */
class BestSeats {
  readonly #crowd: SpreadCrowd;
  readonly #show: ShowId;
  #requests = 0;
  #users = 0;

  constructor(crowd: SpreadCrowd, show: ShowId) {
    this.#crowd = crowd;
    this.#show = show;
  }

  /** Microseconds a hold with its release. */
  async round(): Promise<number> {
    const { driven } = this.#crowd;
    const wanted = { type: 'holdBest', count: LARGE_PARTY, tier: undefined } as const;
    let us = 0;
    for (let time = 0; time < DEAR; time++) {
      const user = `guest-${this.#users++ % DEAR}`;
      let hold: HoldId | undefined;
      driven.egress.onOutput = (output) => {
        if (output.type === 'accepted' && output.made.event.type === 'seatsHeld') {
          hold = output.made.event.hold;
        }
      };
      const startedMs = performance.now();
      driven.ask({ ...wanted, ...this.#asking(user) });
      await driven.settle();
      invariant(hold !== undefined, 'four seats side by side are left');
      driven.ask({ type: 'release', ...this.#asking(user), hold });
      await driven.settle();
      us += (performance.now() - startedMs) * 1000;
    }
    driven.egress.onOutput = undefined;
    return us / DEAR;
  }

  /** Blocks every row but each tenth, as a hall looks when it is nearly sold out. */
  async fill(seats: number): Promise<void> {
    const { driven } = this.#crowd;
    const blocked = Array.from({ length: seats }, (_, seat) => seat).filter((seat) => {
      return Math.floor(seat / (LARGE_PARTY * 10)) % 10 !== 0;
    });
    const show = this.#show;
    const command = { type: 'block', show, seats: blocked } as const;
    if (blocked.length > 0) {
      driven.ask({ type: 'house', show, requestId: this.#asking('').requestId, command });
    }
    await driven.settle();
  }

  #asking(user: string) {
    const request = requestId(`b${(this.#requests++).toString(36)}`);
    return { show: this.#show, user: userId(user), requestId: request };
  }
}
