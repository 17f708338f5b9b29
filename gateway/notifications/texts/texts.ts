/** What the sentences of a language are made from, and which language somebody is written to in. */
import type { RefundReason } from '../../../engine/show/events.ts';
import type { WaitLost } from '../notices.ts';
import { english } from './en.ts';

/** All names are for reading already: dates in the cinema's time, money with its currency. */
export interface ShowWords {
  readonly movie: string;
  readonly cinema: string;
  readonly address: string;
  readonly hall: string;
  readonly start: string;
}

export interface Wording {
  readonly subject: string;
  /** One paragraph each. */
  readonly paragraphs: readonly string[];
  /** The whole in one breath, for a text message. */
  readonly short: string;
}

export interface Texts {
  /** For dates and money. */
  readonly locale: string;
  readonly labels: {
    readonly show: string;
    readonly start: string;
    readonly place: string;
    readonly seats: string;
    readonly booking: string;
    readonly total: string;
  };
  /** A ticket's heading. */
  seat(section: string, row: string, number: number): string;
  readonly openShow: string;
  readonly openBookings: string;
  readonly footer: string;
  /** Where the seats have no names, because the hall is not known. */
  seatCount(count: number): string;
  booked(show: ShowWords, booking: string, seats: string, total: string): Wording;
  cancelled(show: ShowWords, bookings: string, refund: string | undefined): Wording;
  refundOwed(show: ShowWords, amount: string, reason: RefundReason): Wording;
  refunded(show: ShowWords, amount: string): Wording;
  offerMade(show: ShowWords, party: number, until: string): Wording;
  waitEnded(show: ShowWords, reason: WaitLost): Wording;
  showCancelled(show: ShowWords, bookings: string, refund: string | undefined): Wording;
}

const languages: ReadonlyMap<string, Texts> = new Map([['en', english]]);

/** English for a language that there are no sentences in. */
export function textsOf(language: string | undefined): Texts {
  return languages.get(language?.split('-')[0] ?? '') ?? english;
}
