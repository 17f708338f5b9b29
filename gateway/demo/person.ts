/**
 * One visit of one simulated person, from looking round to leaving:
 *
 *   browse ─ look at the map ─ hold ─┬─ change, change again ─┬─ book ─ perhaps cancel
 *              │         ▲           │                        ├─ let go
 *              │         └─ taken ───┤                        └─ vanish
 *              └─ wait in line ─ offer
 */
import type { ShowDetails } from '../../engine/catalog/model.ts';
import type { BookingRef, HoldId, ShowId } from '../../engine/ids.ts';
import { expandSeats, type Seat } from '../../engine/show/seats/layout.ts';
import type { Down, LiveShow, UsherClient } from '../client/index.ts';
import type { CrowdCounts } from './crowd-counts.ts';
import type { Destinations } from './destinations.ts';
import { type Point, pickNeighbours } from './neighbours.ts';
import { payAtSandbox } from './pay-at-sandbox.ts';
import type { Random } from './random.ts';

export interface PersonOptions {
  /** Online, and nobody else's. */
  readonly client: UsherClient;
  readonly random: Random;
  readonly counts: CrowdCounts;
  readonly destinations: Pick<Destinations, 'choose' | 'note'>;
  /** Thinks, clicks, looks away: resolves when the next thing is done. */
  readonly step: () => Promise<void>;
  readonly signal: AbortSignal;
}

const partyWeights = [1, 2, 2, 2, 3, 4, 4, 5];
const triesToHold = 4;
const mostStepsInLine = 30;

interface Held {
  readonly hold: HoldId;
  readonly seats: readonly number[];
}

export class Person {
  readonly #client: UsherClient;
  readonly #random: Random;
  readonly #counts: CrowdCounts;
  readonly #destinations: PersonOptions['destinations'];
  readonly #step: () => Promise<void>;
  readonly #signal: AbortSignal;

  constructor(options: PersonOptions) {
    this.#client = options.client;
    this.#random = options.random;
    this.#counts = options.counts;
    this.#destinations = options.destinations;
    this.#step = options.step;
    this.#signal = options.signal;
  }

  /** Comes, does as people do, and is ready to leave. Rejects with an UsherError. */
  async visit(): Promise<void> {
    await this.#step();
    const show = await this.#destinations.choose(this.#client, this.#random, this.#step);
    if (show === undefined) return;
    const found = await this.#client.show(show);
    if (found.type === 'rejected') return;
    const live = this.#client.watch(show);
    try {
      await this.#step();
      await this.#atTheMap(new Look(found.details, live, this.#random));
    } finally {
      if (live.fresh) this.#destinations.note(show, takenShare(live));
      live.unwatch();
    }
  }

  async #atTheMap(look: Look): Promise<void> {
    // Some only look.
    if (this.#random.chance(0.15)) return;
    const held = await this.#hold(look, this.#random.pick(partyWeights) ?? 2);
    if (held === undefined) return;
    const settled = await this.#dither(look, held);
    await this.#step();

    const mood = this.#random.next();
    if (mood < 0.55) await this.#book(look.show, settled);
    else if (mood < 0.85) await this.#release(look.show, settled);
    else this.#counts.vanished++;
  }

  /** Tries until seats are held, by choice, by "best seats" or in line; undefined: gave up. */
  async #hold(look: Look, party: number): Promise<Held | undefined> {
    let wanted = party;
    for (let tries = 0; tries < triesToHold; tries++) {
      const answer = await this.#ask(look, wanted);
      if (answer.type === 'held') {
        this.#counts.holds++;
        return answer;
      }
      this.#counts.refusals++;
      await this.#step();
      switch (answer.reason) {
        case 'seatsTaken':
          break;
        case 'noBlockLeft':
        case 'tooFewLeft':
          if (wanted === 1) return undefined;
          wanted = Math.ceil(wanted / 2);
          break;
        case 'waitInLine':
          if (!(await this.#waitForOffer(look, wanted))) return undefined;
          break;
        default:
          return undefined;
      }
    }
    return undefined;
  }

  #ask(look: Look, count: number): Promise<Down<'held'> | Down<'rejected'>> {
    const seats = this.#random.chance(0.7) ? look.pick(count) : undefined;
    return seats === undefined
      ? this.#client.holdBest(look.show, count)
      : this.#client.hold(look.show, seats);
  }

  /** True once seats may be chosen. */
  async #waitForOffer(look: Look, party: number): Promise<boolean> {
    if (this.#random.chance(0.25)) return false;
    const answer = await this.#client.wait(look.show, party);
    if (answer.type === 'rejected') {
      this.#counts.refusals++;
      return answer.reason === 'chooseNow';
    }
    this.#counts.waits++;
    const patience = this.#random.between(5, mostStepsInLine);
    for (let steps = 0; steps < patience && !this.#signal.aborted; steps++) {
      await this.#step();
      const { wait, offer } = look.live.mine;
      if (offer !== null) {
        this.#counts.offers++;
        return true;
      }
      if (wait === null) return false;
    }
    if (this.#random.chance(0.1)) this.#counts.vanished++;
    else await this.#client.leave(look.show);
    return false;
  }

  /** Changes their mind a few times; the answer is what is held in the end. */
  async #dither(look: Look, first: Held): Promise<Held> {
    let held = first;
    while (this.#random.chance(0.4)) {
      await this.#step();
      const count = Math.max(1, held.seats.length + this.#random.between(-1, 1));
      const seats = look.pick(count, held.seats);
      if (seats === undefined) return held;
      const answer = await this.#client.change(look.show, held.hold, seats);
      if (answer.type === 'held') {
        held = answer;
        this.#counts.changes++;
      } else {
        this.#counts.refusals++;
      }
    }
    return held;
  }

  async #book(show: ShowId, held: Held): Promise<void> {
    const booking = await this.#buy(show, held);
    if (booking === undefined) return;
    this.#counts.bookings++;
    if (!this.#random.chance(0.25)) return;
    await this.#step();
    await this.#step();
    const cancelled = await this.#client.cancel(show, [booking]);
    if (cancelled.type === 'cancelled') this.#counts.cancellations++;
    else this.#counts.refusals++;
  }

  /** Books, or pays where that is asked for; undefined where nothing came of it. */
  async #buy(show: ShowId, held: Held): Promise<BookingRef | undefined> {
    const booked = await this.#client.book(show, held.hold);
    if (booked.type === 'booked') return booked.booking;
    if (booked.reason === 'paymentNeeded') {
      const how = this.#random.chance(0.85) ? 'pay' : 'decline';
      const booking = await payAtSandbox(this.#client, show, held.hold, how);
      if (booking !== undefined) return booking;
    }
    this.#counts.refusals++;
    return undefined;
  }

  async #release(show: ShowId, held: Held): Promise<void> {
    const released = await this.#client.release(show, held.hold);
    if (released.type === 'released') this.#counts.releases++;
    else this.#counts.refusals++;
  }
}

/** A show's map before someone's eyes, and the place in the hall they like. */
class Look {
  readonly live: LiveShow;
  readonly #seats: readonly Seat[];
  readonly #random: Random;
  readonly #likes: Point;

  constructor(details: ShowDetails, live: LiveShow, random: Random) {
    const { layout } = details;
    this.live = live;
    this.#seats = expandSeats(layout);
    this.#random = random;
    this.#likes = {
      x: layout.best.x + (random.next() - 0.5) * 0.6 * layout.width,
      y: layout.best.y + (random.next() - 0.5) * 0.5 * layout.depth,
    };
  }

  get show(): ShowId {
    return this.live.show;
  }

  /** Free seats side by side, one's own counted as free; undefined where there are none. */
  pick(count: number, own: readonly number[] = []): readonly number[] | undefined {
    const isFree = (seat: number) => this.live.state(seat) === 'free' || own.includes(seat);
    return pickNeighbours(this.#seats, isFree, count, this.#likes, this.#random);
  }
}

/** Share of the seats that are not free, 0 to 1. */
function takenShare(live: LiveShow): number {
  const { free, held, booked, blocked } = live.counts;
  const all = free + held + booked + blocked;
  return all === 0 ? 0 : 1 - free / all;
}
