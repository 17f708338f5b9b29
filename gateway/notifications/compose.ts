/**
 * Puts a notice into words: names from the catalogue, times on the cinema's own clocks, money with
 * its currency. Names come from theatres and go into headers, pages and calendars, so they are
 * cleaned here, once, of all that could break out of a line or turn it around.
 */
import type { Browse } from '../../engine/catalog/browse.ts';
import type { ShowDetails } from '../../engine/catalog/model.ts';
import type { Millis } from '../../engine/ids.ts';
import { expandSeats } from '../../engine/show/seats/layout.ts';
import { unreachable } from '../../engine/unreachable.ts';
import type { TicketDesk } from '../tickets/ticket-desk.ts';
import type { TicketCode } from '../wire/kinds.ts';
import type { Notice } from './notices.ts';
import type { ShowWords, Texts, Wording } from './texts/texts.ts';

export interface Message extends Wording {
  /** Rows of what and where, for mail. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly link: { readonly url: string; readonly text: string };
  /** Of a booking: what is shown at the door. */
  readonly tickets: readonly TicketCode[];
  /** What belongs into a calendar, or out of it. */
  readonly appointment: Appointment | undefined;
}

export interface Appointment {
  readonly bookings: readonly string[];
  readonly isCancelled: boolean;
  readonly summary: string;
  readonly location: string;
  readonly description: string;
  readonly startMs: Millis;
  readonly endMs: number;
  /** When this was so; a later one replaces an earlier one. */
  readonly timeMs: Millis;
}

export interface ComposerNeeds {
  readonly browse: Browse;
  readonly tickets: TicketDesk;
  /** Without a slash at the end. */
  readonly publicUrl: string;
}

const msPerMinute = 60_000;
const LONGEST_NAME = 200;
/** Beyond so many the seats are counted, not named. */
const MOST_SEATS_NAMED = 50;

export class Composer {
  readonly #needs: ComposerNeeds;

  constructor(needs: ComposerNeeds) {
    this.#needs = needs;
  }

  /** Undefined where the show is not in the catalogue. */
  compose(notice: Notice, texts: Texts): Message | undefined {
    const details = this.#needs.browse.show(notice.show);
    if (details === undefined) return undefined;
    const words = wordsOf(details, texts);
    const { facts } = notice;
    const wording = this.#wording(notice, details, words, texts);
    const isBooked = facts.type === 'booked';
    const { labels } = texts;
    const { publicUrl, tickets } = this.#needs;
    const show = encodeURIComponent(notice.show);
    return {
      ...wording,
      facts: [
        [labels.show, words.movie],
        [labels.start, words.start],
        [labels.place, `${words.hall}, ${words.cinema}, ${words.address}`],
        ...(isBooked
          ? ([
              [labels.seats, seatNames(details, facts.seats, texts)],
              [labels.booking, facts.booking],
              [labels.total, amountText(facts.total, details.show.terms.currency, texts)],
            ] as const)
          : []),
      ],
      link:
        facts.type === 'offerMade' || facts.type === 'waitEnded'
          ? { url: `${publicUrl}/#/show/${show}`, text: texts.openShow }
          : { url: `${publicUrl}/#/mine`, text: texts.openBookings },
      tickets: isBooked ? (tickets.issue(notice.show, facts.booking, facts.seats) ?? []) : [],
      appointment: appointmentOf(notice, details, words, texts),
    };
  }

  #wording({ facts }: Notice, details: ShowDetails, words: ShowWords, texts: Texts): Wording {
    const { currency } = details.show.terms;
    const back = (refund: number) =>
      refund === 0 ? undefined : amountText(refund, currency, texts);
    switch (facts.type) {
      case 'booked': {
        const seats = seatNames(details, facts.seats, texts);
        return texts.booked(words, facts.booking, seats, amountText(facts.total, currency, texts));
      }
      case 'cancelled':
        return texts.cancelled(words, facts.bookings.join(', '), back(facts.refund));
      case 'showCancelled':
        return texts.showCancelled(words, facts.bookings.join(', '), back(facts.refund));
      case 'refundOwed': {
        const amount = amountText(facts.amount, facts.currency, texts);
        return texts.refundOwed(words, amount, facts.reason);
      }
      case 'refunded':
        return texts.refunded(words, amountText(facts.amount, facts.currency, texts));
      case 'offerMade': {
        const until = timeText(facts.untilMs, details.city.timeZone, texts);
        return texts.offerMade(words, facts.party, until);
      }
      case 'waitEnded':
        return texts.waitEnded(words, facts.reason);
      default:
        return unreachable(facts);
    }
  }
}

/** A name on one line, without characters that cannot be seen but change how the rest is read. */
export function cleanName(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').replaceAll(bidiControls, '');
  return [...clean.trim()].slice(0, LONGEST_NAME).join('');
}

const bidiControls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** An amount in minor units, worked out of its decimal text, never of a fraction [M1]. */
export function amountText(amount: number, currency: string, { locale }: Texts): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(`${amount}E-${digits}` as Intl.StringNumericLiteral);
}

function wordsOf({ show, movie, cinema, hall, city }: ShowDetails, { locale }: Texts): ShowWords {
  const start = new Intl.DateTimeFormat(locale, {
    timeZone: city.timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  return {
    movie: cleanName(movie.title),
    cinema: cleanName(cinema.name),
    address: cleanName(`${cinema.address}, ${city.name}`),
    hall: cleanName(hall.name),
    start: start.format(show.terms.startsAtMs),
  };
}

function timeText(atMs: Millis, timeZone: string, { locale }: Texts): string {
  const format = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return format.format(atMs);
}

function seatNames({ layout }: ShowDetails, seats: readonly number[], texts: Texts): string {
  if (seats.length > MOST_SEATS_NAMED) return texts.seatCount(seats.length);
  const places = expandSeats(layout);
  const names = [...seats]
    .sort((a, b) => a - b)
    .map((seat) => cleanName(`${places[seat]?.row ?? ''}${places[seat]?.number ?? seat}`));
  return names.join(', ');
}

function appointmentOf(
  { facts, timeMs }: Notice,
  { show, movie }: ShowDetails,
  words: ShowWords,
  texts: Texts,
): Appointment | undefined {
  const isBooked = facts.type === 'booked';
  if (!isBooked && facts.type !== 'cancelled' && facts.type !== 'showCancelled') return undefined;
  const bookings = isBooked ? [facts.booking] : facts.bookings;
  if (bookings.length === 0) return undefined;
  const { startsAtMs: startMs } = show.terms;
  return {
    bookings,
    isCancelled: !isBooked,
    summary: words.movie,
    location: `${words.hall}, ${words.cinema}, ${words.address}`,
    description: `${texts.labels.booking} ${bookings.join(', ')}`,
    startMs,
    endMs: startMs + movie.minutes * msPerMinute,
    timeMs,
  };
}
