/**
 * What the person at this page does in one show: the state that the map and all the panels
 * share, and the requests that change it. Panels read it and are told when it changes.
 */
import type { ShowDetails } from '../../../engine/catalog/model.ts';
import type { Down, LiveShow, MineHold } from '../../client/index.ts';
import { counted } from '../format.ts';
import type { Page } from '../page.ts';
import type { SeatLook, SeatWords } from '../seat-map/seat-words.ts';
import { refusedAhead, refusedSeats, waitReason } from '../words.ts';
import { Selection } from './selection.ts';

/** Why the line is offered: what the server said, and for how large a party. */
export interface LineHint {
  readonly party: number;
  readonly ahead: number;
}

export interface DeskHandlers {
  /** Anything that panels or map show may be different. */
  onChange(): void;
  onLost(seats: readonly number[]): void;
}

export class Desk {
  readonly page: Page;
  readonly live: LiveShow;
  readonly details: ShowDetails;
  readonly words: SeatWords;
  readonly selection = new Selection();
  readonly #handlers: DeskHandlers;
  /** The server said: wait in line. */
  lineHint: LineHint | undefined;
  #asking = 0;
  /** The hold whose payment was begun at this page, until its own page is opened. */
  #payingHere: MineHold['hold'] | undefined;
  /** The hold that the choice last started from. */
  #known: MineHold | undefined;

  constructor(
    page: Page,
    live: LiveShow,
    details: ShowDetails,
    words: SeatWords,
    handlers: DeskHandlers,
  ) {
    this.page = page;
    this.live = live;
    this.details = details;
    this.words = words;
    this.#handlers = handlers;
  }

  /** The hold that choosing on the map changes: the latest one. */
  get hold(): MineHold | undefined {
    return this.live.mine.holds.at(-1);
  }

  /** Seats that one may choose in all, here and now. */
  get mostSeats(): number {
    const { mine } = this.live;
    const { seatsPerRequest } = this.details.show.terms;
    const perRequest = seatsPerRequest ?? this.page.client.welcome?.seatsPerRequest ?? 10;
    if (mine.offer) return Math.min(perRequest, mine.offer.party);
    const booked = mine.bookings
      .filter((booking) => booking.state === 'booked')
      .reduce((sum, booking) => sum + booking.seats.length, 0);
    const otherHolds = mine.holds.slice(0, -1).reduce((sum, hold) => sum + hold.seats.length, 0);
    const left = this.details.show.terms.seatsPerUser - booked - otherHolds;
    return Math.max(0, Math.min(perRequest, left));
  }

  canChoose(): boolean {
    const { mine, phase } = this.live;
    const online = this.page.client.state === 'online';
    return online && phase === 'onSale' && (mine.wait === null || mine.offer !== null);
  }

  look(seat: number): SeatLook {
    const { mine } = this.live;
    if (mine.holds.some((hold) => hold.seats.includes(seat))) return 'mine';
    const state = this.live.state(seat);
    const booked = mine.bookings.some(
      (booking) => booking.state === 'booked' && booking.seats.includes(seat),
    );
    return booked && state === 'booked' ? 'mine' : state;
  }

  /** A click on a seat: chosen, or not chosen any more, or told why not. */
  toggle(seat: number): void {
    const found = this.words.seats[seat];
    if (!found) return;
    if (!this.canChoose()) {
      this.page.say(this.#whyNot());
      return;
    }
    const look = this.look(seat);
    const ofHold = this.hold?.seats.includes(seat) ?? false;
    if (this.selection.has(seat)) this.selection.remove(seat);
    else if (look !== 'free' && !ofHold) this.page.say(this.words.label(found, look));
    else if (this.selection.size >= this.mostSeats) {
      this.page.say(`You can choose at most ${counted(this.mostSeats, 'seat')} here.`);
    } else this.selection.add(seat);
    this.#handlers.onChange();
  }

  /** Seats of the hold are chosen again, as they are. */
  resetSelection(): void {
    this.selection.replace(this.hold?.seats ?? []);
    this.#handlers.onChange();
  }

  async holdSelected(): Promise<void> {
    const seats = this.selection.seats;
    await this.#held(this.page.client.hold(this.live.show, seats), seats.length);
  }

  async holdBest(
    count: number,
    wish: { readonly tier: number | null; readonly split: boolean },
  ): Promise<void> {
    await this.#held(this.page.client.holdBest(this.live.show, count, wish), count);
  }

  async change(hold: MineHold): Promise<void> {
    const seats = this.selection.seats;
    await this.#held(this.page.client.change(this.live.show, hold.hold, seats), seats.length);
  }

  async release(hold: MineHold): Promise<void> {
    const answer = await this.#ask(this.page.client.release(this.live.show, hold.hold));
    this.page.say(answer.type === 'released' ? 'The seats are free again.' : answer.text);
    this.resetSelection();
  }

  async book(hold: MineHold): Promise<void> {
    const answer = await this.#ask(this.page.client.book(this.live.show, hold.hold));
    if (answer.type === 'booked') {
      const seats = this.words.list(answer.seats);
      this.page.say(`Booked: ${seats}. Your reference is ${answer.booking}.`);
    } else this.page.say(answer.text);
    this.resetSelection();
  }

  /** Goes to the provider's page as soon as there is one. */
  async pay(hold: MineHold): Promise<void> {
    this.#payingHere = hold.hold;
    const answer = await this.#ask(this.page.client.pay(this.live.show, hold.hold));
    if (answer.type === 'rejected') {
      this.#payingHere = undefined;
      this.page.say(answer.text);
    }
    this.#handlers.onChange();
    this.#goAndPay();
  }

  /** What came of a payment, for whoever looks at this page just then. */
  paymentNews(text: string): void {
    this.#payingHere = undefined;
    this.page.say(text);
    this.resetSelection();
  }

  #goAndPay(): void {
    const hold = this.live.mine.holds.find((other) => other.hold === this.#payingHere);
    const url = hold?.payment?.url;
    if (typeof url !== 'string' || !/^https?:/.test(url)) return;
    this.#payingHere = undefined;
    location.assign(url);
  }

  async joinLine(party: number): Promise<void> {
    const answer = await this.#ask(this.page.client.wait(this.live.show, party));
    if (answer.type === 'waiting') {
      this.lineHint = undefined;
      this.selection.replace([]);
      this.page.say(`You are in the line. ${aheadText(answer.ahead)}`);
    } else {
      if (answer.reason === 'chooseNow') this.lineHint = undefined;
      this.page.say(answer.text);
    }
    this.#handlers.onChange();
  }

  async leaveLine(): Promise<void> {
    const hadOffer = this.live.mine.offer !== null;
    const answer = await this.#ask(this.page.client.leave(this.live.show));
    if (answer.type === 'rejected') this.page.say(answer.text);
    else this.page.say(hadOffer ? 'You gave the offer back.' : 'You left the line.');
    this.#handlers.onChange();
  }

  /**
   * What this session has here changed, by this page, another tab or time. Where that made
   * another hold the one to change, or other seats its own, the choice starts from those.
   */
  mineChanged(): void {
    const { hold } = this;
    const same =
      hold?.hold === this.#known?.hold && hold?.seats.join() === this.#known?.seats.join();
    this.#known = hold;
    this.#goAndPay();
    if (!same) this.selection.replace(hold?.seats ?? []);
    this.#handlers.onChange();
  }

  /** The map moved: seats chosen here may have gone to somebody else meanwhile. */
  seatsChanged(): void {
    // While a request is under way a chosen seat may have just become one's own.
    if (this.#asking > 0) return;
    const lost = this.selection.seats.filter((seat) => {
      const look = this.look(seat);
      return look !== 'free' && look !== 'mine';
    });
    if (lost.length > 0) this.#lose(lost);
  }

  async #held(request: Promise<Down<'held'> | Down<'rejected'>>, count: number): Promise<void> {
    const answer = await this.#ask(request);
    if (answer.type === 'held') {
      this.lineHint = undefined;
      this.selection.replace(answer.seats);
      this.page.say(`Held for you: ${this.words.list(answer.seats)}.`);
    } else this.#refused(answer, count);
    this.#handlers.onChange();
  }

  #refused(rejected: Down<'rejected'>, count: number): void {
    if (rejected.reason === 'seatsTaken') {
      this.#lose(refusedSeats(rejected));
    } else if (rejected.reason === 'waitInLine') {
      const ahead = refusedAhead(rejected);
      this.lineHint = { party: Math.max(1, count), ahead };
      this.page.say(waitReason(ahead));
    } else if (rejected.reason === 'leavesOrphan') {
      const left = this.words.list(refusedSeats(rejected));
      this.page.say(
        `That would leave ${left} alone between others. Choose it too, or other seats.`,
      );
    } else this.page.say(rejected.text);
  }

  #lose(seats: readonly number[]): void {
    for (const seat of seats) this.selection.remove(seat);
    const verb = seats.length === 1 ? 'was' : 'were';
    this.page.say(
      `Somebody else was quicker: ${this.words.list(seats)} ${verb} just taken. Choose others on the map.`,
    );
    this.#handlers.onLost(seats);
    this.#handlers.onChange();
  }

  async #ask<Answer>(request: Promise<Answer>): Promise<Answer> {
    this.#asking += 1;
    try {
      return await request;
    } finally {
      this.#asking -= 1;
    }
  }

  #whyNot(): string {
    if (this.page.client.state !== 'online') return 'There is no connection just now.';
    if (this.live.mine.wait) return 'You are in the line; choose when it is your turn.';
    return 'This show is not on sale.';
  }
}

export function aheadText(ahead: number): string {
  return ahead === 0 ? 'You are next.' : `${counted(ahead, 'party', 'parties')} ahead of you.`;
}
