/**
 * A line that keeps its length while people come and go, so that what one step costs can be seen
 * at any length, also at one. One seat goes from hand to hand; all others are held.
 *
 *   come and go:  a newcomer joins, and leaves again
 *   pass on:      who has the offer declines it, which offers the seat to the head, and joins again
 */
import { performance } from 'node:perf_hooks';
import { requestId, type ShowId, showId, userId } from '../../engine/ids.ts';
import type { ShardRequest } from '../../engine/shard/requests.ts';
import { invariant } from '../../engine/unreachable.ts';
import { DrivenShard } from './driven-shard.ts';
import { FrameShelf } from './frame-shelf.ts';
import { hallOf, plainTerms } from './hall.ts';

/** As many as one person may hold; the one after them is passed on. */
const HELD = 10;
const A_TURN = 50_000;

export class SteadyLine {
  readonly #driven: DrivenShard;
  readonly #show: ShowId = showId('one-show');
  /** Who has the offer, then the line from its head. A ring, so that passing on costs nothing. */
  #people: string[] = [];
  #first = 0;
  #requests = 0;

  private constructor(driven: DrivenShard) {
    this.#driven = driven;
  }

  static async open(): Promise<SteadyLine> {
    const driven = await DrivenShard.open({ log: new FrameShelf(0) });
    const line = new SteadyLine(driven);
    const show = line.#show;
    await driven.schedule([show], hallOf(HELD + 1), plainTerms(driven.now()));
    const kept = { show, seats: [HELD] };
    const seats = Array.from({ length: HELD }, (_, seat) => seat);
    line.#house({ type: 'block', ...kept });
    driven.ask({ type: 'hold', ...line.#asking('holder'), seats });
    line.#add();
    line.#house({ type: 'unblock', ...kept });
    await driven.settle();
    invariant(driven.egress.counts.pushed === 1, 'the seat is offered to the only one who waits');
    return line;
  }

  get refused(): number {
    return this.#driven.egress.counts.refused;
  }

  /** Lets people join until so many wait. Only before the first `passOn`. */
  async growTo(waiters: number): Promise<void> {
    invariant(this.#first === 0, 'the line grows before it moves');
    while (this.#people.length <= waiters) {
      this.#add();
      if (this.#people.length % A_TURN === 0) await this.#driven.settle();
    }
    await this.#driven.settle();
  }

  /** Microseconds of a join and of a leave together. */
  comeAndGo(times: number): Promise<number> {
    const asked: ShardRequest[] = [];
    for (let time = 0; time < times; time++) {
      const user = `passer-by-${time % 1_000}`;
      asked.push({ type: 'wait', ...this.#asking(user), party: 1 });
      asked.push({ type: 'leave', ...this.#asking(user) });
    }
    return this.#timed(asked, times);
  }

  /** Microseconds of a decline, the offer that it leads to, and a join together. */
  async passOn(times: number): Promise<number> {
    const { counts } = this.#driven.egress;
    const before = counts.pushed;
    const asked: ShardRequest[] = [];
    for (let time = 0; time < times; time++) {
      const user = this.#people[this.#first] ?? '';
      this.#first = (this.#first + 1) % this.#people.length;
      asked.push({ type: 'leave', ...this.#asking(user) });
      asked.push({ type: 'wait', ...this.#asking(user), party: 1 });
    }
    const us = await this.#timed(asked, times);
    invariant(counts.pushed - before === times, 'the seat went from hand to hand');
    return us;
  }

  /** Microseconds of a look at one's own place, anywhere in the line. */
  lookAtPlace(times: number): Promise<number> {
    const step = this.#people.length / times;
    const asked = Array.from({ length: times }, (_, time): ShardRequest => {
      const user = this.#people[Math.floor(time * step)] ?? '';
      return { type: 'mine', user: userId(user), requestId: this.#requestId() };
    });
    return this.#timed(asked, times);
  }

  async #timed(requests: readonly ShardRequest[], times: number): Promise<number> {
    const startedMs = performance.now();
    for (const request of requests) this.#driven.ask(request);
    await this.#driven.settle();
    return ((performance.now() - startedMs) * 1000) / times;
  }

  #add(): void {
    const user = `waiter-${this.#people.length}`;
    this.#people.push(user);
    this.#driven.ask({ type: 'wait', ...this.#asking(user), party: 1 });
  }

  #house(command: Extract<ShardRequest, { type: 'house' }>['command']): void {
    const { show } = command;
    this.#driven.ask({ type: 'house', show, requestId: this.#requestId(), command });
  }

  #asking(user: string) {
    return { show: this.#show, user: userId(user), requestId: this.#requestId() };
  }

  #requestId() {
    return requestId((this.#requests++).toString(36));
  }
}
