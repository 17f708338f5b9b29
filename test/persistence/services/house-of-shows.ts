/** A catalogue of a few cinemas in two time zones and currencies, and histories of its shows. */
import * as fc from 'fast-check';
import type { CatalogEvent } from '../../../engine/catalog/model.ts';
import {
  bookingRef,
  holdId,
  lsn,
  type Millis,
  millis,
  minor,
  paymentId,
  seq,
  showId,
  userId,
} from '../../../engine/ids.ts';
import { GENESIS_HASH } from '../../../engine/shard/log-store.ts';
import { FrameBody } from '../../../engine/shard/partition-entry.ts';
import { partitionOf } from '../../../engine/shard/route.ts';
import type { ShowEvent } from '../../../engine/show/events.ts';
import { opening, plainTerms } from '../../support/show-harness.ts';

/** Those of the engine's random logs, and those of the histories below. */
export const madeUp = ['u1', 'u2', 'e1', 'e2'] as const;

const currencies = { u1: 'INR', u2: 'JPY', e1: 'EUR', e2: 'EUR' } as const;
const hour = 3_600_000;

export function catalogOf(engineShows: readonly string[]): readonly CatalogEvent[] {
  const city = (id: string, timeZone: string) =>
    ({ type: 'cityAdded', city: { id, name: id, timeZone } }) as unknown as CatalogEvent;
  const cinema = (id: string, city: string, partner?: string) => {
    const owner = partner === undefined ? {} : { partner };
    const made = { id, city, name: `Cinema ${id}`, address: '', ...owner };
    return { type: 'cinemaAdded', cinema: made } as unknown as CatalogEvent;
  };
  const hall = (id: string, cinema: string) =>
    ({ type: 'hallAdded', hall: { id, cinema, name: id, layout: 'l' } }) as unknown as CatalogEvent;
  const show = (id: string, hall: string, currency: string, startsAtMs: number) => {
    const terms = { ...plainTerms, currency, startsAtMs: millis(startsAtMs) };
    const made = { id, hall, movie: 'm', language: 'en', format: '2D', layout: 'l', terms };
    return { type: 'showScheduled', show: made } as unknown as CatalogEvent;
  };
  const evening = opening + 20 * hour;
  return [
    city('mumbai', 'Asia/Kolkata'),
    city('berlin', 'Europe/Berlin'),
    cinema('regal', 'mumbai'),
    cinema('eros', 'mumbai', 'partner-1'),
    cinema('kant', 'berlin', 'partner-1'),
    hall('regal-1', 'regal'),
    hall('regal-2', 'regal'),
    hall('eros-1', 'eros'),
    hall('kant-1', 'kant'),
    { type: 'movieAdded', movie: { id: 'm', title: 'M' } } as unknown as CatalogEvent,
    ...engineShows.map((id, index) =>
      show(id, `regal-${1 + (index % 2)}`, 'INR', evening + index * 3 * hour),
    ),
    show('u1', 'eros-1', currencies.u1, evening),
    show('u2', 'eros-1', currencies.u2, evening + hour),
    // Before midnight in the one city, after it in the other.
    show('e1', 'kant-1', currencies.e1, Date.UTC(2026, 4, 6, 21, 59)),
    show('e2', 'kant-1', currencies.e2, Date.UTC(2026, 4, 6, 22, 1)),
  ];
}

const deeds = [
  'book',
  'cancel',
  'begin',
  'open',
  'capture',
  'late',
  'fail',
  'abandon',
  'give',
] as const;

export const history = fc.array(
  fc.record({
    show: fc.constantFrom(...madeUp),
    deed: fc.constantFrom(...deeds),
    which: fc.nat(),
    prices: fc.array(fc.constantFrom(0, 999, 1_250, 40_000_000), { minLength: 1, maxLength: 4 }),
  }),
  { maxLength: 120, size: 'max' },
);
type Deed = typeof history extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

/** Frames that tell of such a history: each payment goes the ways that a payment can go. */
export function framesOf(
  deeds: readonly Deed[],
): readonly { partition: number; body: Uint8Array; timeMs: number }[] {
  const stories = new Map(madeUp.map((show) => [show, new Story(currencies[show])]));
  const seqs = new Map<string, number>();
  return deeds.flatMap(({ show, deed, which, prices }, index) => {
    const number = (seqs.get(show) ?? 0) + 1;
    const timeMs = millis(opening + index * 1_000);
    const events = stories.get(show)?.tell(deed, which, prices, number) ?? [];
    if (events.length === 0) return [];
    seqs.set(show, number);
    const frame = { timeMs, lsn: lsn(1), hash: GENESIS_HASH };
    const names = { show: showId(show), user: userId(`user-${which % 3}`), requestId: undefined };
    const body = new FrameBody();
    body.addDecision({ ...names, seq: seq(number), events, frame });
    return [{ partition: partitionOf(show), body: body.take(), timeMs }];
  });
}

class Story {
  readonly #currency: string;
  /** By payment: what it is for, and what has become of it. */
  readonly #payments = new Map<number, { amount: number; state: 'begun' | 'ended' | 'owed' }>();
  readonly #bookings = new Map<string, number | undefined>();
  #booked = 0;

  constructor(currency: string) {
    this.#currency = currency;
  }

  tell(deed: (typeof deeds)[number], which: number, prices: number[], at: number): ShowEvent[] {
    const user = userId(`user-${which % 3}`);
    const seats = prices.map((_, seat) => seat);
    const booking = bookingRef(`B${++this.#booked}`);
    const made = { booking, seats, prices: prices.map(minor) };
    if (deed === 'book') {
      this.#bookings.set(booking, undefined);
      return which % 2 === 0
        ? [{ type: 'holdBooked', hold: holdId(1), ...made }]
        : [{ type: 'seatsBooked', user, ...made }];
    }
    if (deed === 'cancel') return this.#cancel(which);
    if (deed === 'begin') {
      const amount = prices.reduce((sum, price) => sum + price, 0);
      this.#payments.set(at, { amount, state: 'begun' });
      const pinnedUntilMs: Millis = millis(opening);
      const [payment, hold] = [paymentId(at), holdId(1)];
      return [
        { type: 'paymentStarted', payment, hold, seats, amount: minor(amount), pinnedUntilMs },
      ];
    }
    const wanted = deed === 'give' ? 'owed' : 'begun';
    const known = [...this.#payments].filter(([, { state }]) => state === wanted);
    const [number, story] = known[which % Math.max(1, known.length)] ?? [];
    if (number === undefined || story === undefined) return [];
    const names = { payment: paymentId(number), user };
    const money = { ...names, amount: minor(story.amount), currency: this.#currency };
    if (deed === 'open') return [{ type: 'paymentOpened', ...names, reference: 'r', url: 'u' }];
    if (deed === 'fail') return [{ type: 'paymentFailed', ...names, reason: 'declined' }];
    if (deed === 'abandon') return [{ type: 'paymentAbandoned', ...names }];
    story.state = deed === 'late' ? 'owed' : 'ended';
    if (deed === 'give') return [{ type: 'refunded', ...money }];
    const captured = { type: 'paymentCaptured', ...money } as const;
    if (deed === 'late') return [captured, { type: 'refundOwed', ...money, reason: 'tooLate' }];
    this.#bookings.set(booking, number);
    return [captured, { type: 'holdBooked', hold: holdId(1), ...made, paid: names }];
  }

  #cancel(which: number): ShowEvent[] {
    const known = [...this.#bookings];
    const [booking, number] = known[which % Math.max(1, known.length)] ?? [];
    if (booking === undefined) return [];
    this.#bookings.delete(booking);
    const bookings = [bookingRef(booking)];
    const cancelled = { type: 'bookingsCancelled', bookings, refund: minor(0) } as const;
    const story = number === undefined ? undefined : this.#payments.get(number);
    if (number === undefined || story === undefined) return [cancelled];
    story.state = 'owed';
    const money = { amount: minor(story.amount), currency: this.#currency };
    const names = { payment: paymentId(number), user: userId('user-0') };
    return [cancelled, { type: 'refundOwed', ...names, ...money, reason: 'bookingCancelled' }];
  }
}
