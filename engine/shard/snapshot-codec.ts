/**
 * A partition's whole state as plain values, and back. Everything stands in insertion order, so
 * equal histories give equal bytes on any machine: the digest of a state is the hash of these
 * bytes [D3]. What there are many of stands as words in a row (`snapshot-words.ts`):
 *
 *   a user      last decision (s), n, n × (id's hash high, low, seq, LSN)
 *   a booking   decision, its user's place in the list, total low, high, cancelled, payment, n,
 *               n × seat
 *   a payment   decision, hold, amount low, high, state, n, n × seat
 *   the house   n, n × (id's hash high, low, seq, LSN)
 */
import {
  type HoldId,
  holdId,
  lsn,
  type Millis,
  type Minor,
  millis,
  minor,
  type PaymentId,
  paymentId,
  type Seq,
  type ShowId,
  seq,
  type UserId,
} from '../ids.ts';
import {
  type Captured,
  type PaymentPage,
  type PaymentTable,
  paymentStates,
} from '../show/payments/payment-table.ts';
import type { Layout } from '../show/seats/layout.ts';
import {
  type Hold,
  newShow,
  type Offer,
  type Show,
  type ShowPhase,
  type UserDirectory,
} from '../show/show.ts';
import type { ShowTerms } from '../show/terms.ts';
import { HOUSE } from '../show/users/user-table.ts';
import type { Waiter } from '../show/waitlist/waitlist.ts';
import { invariant } from '../unreachable.ts';
import type { Codec } from './host.ts';
import type { Partition } from './partition.ts';
import { WordReader, WordWriter } from './snapshot-words.ts';

const SNAPSHOT_VERSION = 3;
const HIGH = 2 ** 32;
const MS = 1_000;
const words = new WordWriter();

interface HoldImage {
  readonly id: HoldId;
  readonly user: UserId;
  readonly seats: readonly number[];
  readonly prices: readonly Minor[];
  readonly deadlineMs: Millis;
  /** Of one that is being paid for. */
  readonly payment?: PaymentId;
}

/** What the snapshot of one show holds, field by field. */
interface ShowImage {
  readonly id: ShowId;
  readonly seq: Seq;
  readonly phase: ShowPhase;
  readonly layout: Layout['id'];
  readonly terms: ShowTerms;
  readonly seats: Uint8Array;
  readonly holds: readonly HoldImage[];
  readonly offers: readonly Offer[];
  readonly line: readonly Waiter[];
  readonly lastTicket: number;
  readonly users: readonly UserId[];
  readonly userWords: Uint8Array;
  readonly bookings: Uint8Array;

  // Only there where there are any: most shows have none.
  /** Tickets of those who have overtaken the head. */
  readonly overtakers?: readonly number[];
  /** Accepted requests of the house. */
  readonly house?: Uint8Array;
  readonly pinned?: readonly HoldImage[];
  readonly payments?: PaymentsImage;
}

interface PaymentsImage {
  readonly words: Uint8Array;
  /** Whose each is. */
  readonly users: readonly UserId[];
  /** By place among the payments. */
  readonly pages: readonly (readonly [number, PaymentPage])[];
  readonly captured: readonly (readonly [number, Captured])[];
}

/** A partition's state as bytes. */
export function encodeState(partition: Partition, codec: Codec): Uint8Array {
  const layouts = [...partition.layouts.values()].map((compiled) => compiled.layout);
  const shows = [...partition.shows.values()].map(imageOf);
  return codec.encode([SNAPSHOT_VERSION, layouts, shows]);
}

/**
 * Restores a state; false, with nothing changed, where an earlier version wrote it: the frames
 * tell the same. @throws Error where a later version wrote it.
 */
export function decodeState(
  state: Uint8Array,
  partition: Partition,
  directory: UserDirectory,
  codec: Codec,
): boolean {
  type State = readonly [number, Layout[], ShowImage[]];
  const [version, layouts, shows] = codec.decode(state) as State;
  if (version < SNAPSHOT_VERSION) return false;
  if (version > SNAPSHOT_VERSION) {
    throw new Error(`snapshot version ${version} is not known to this version`);
  }
  for (const layout of layouts) partition.defineLayout(layout);
  for (const image of shows) {
    const layout = partition.layouts.get(image.layout);
    invariant(layout !== undefined, `layout ${image.layout} is in the snapshot`);
    const show = newShow(image.id, layout, image.terms, directory, image.seats);
    restore(show, image);
    partition.shows.set(show.id, show);
  }
  return true;
}

function imageOf(show: Show): ShowImage {
  const { users, waitlist } = show;
  const house = users.rememberedCount(HOUSE) === 0 ? {} : { house: houseWords(show) };
  return {
    id: show.id,
    seq: show.seq,
    phase: show.phase,
    layout: show.layout.layout.id,
    terms: show.terms,
    seats: show.seats.toBytes(),
    holds: Array.from(show.holds.values(), imageOfHold),
    offers: [...show.offers.values()],
    line: [...waitlist.inOrder()],
    lastTicket: waitlist.nextTicket - 1,
    users: [...users.keys()],
    userWords: userWords(show),
    bookings: bookingWords(show),
    ...(waitlist.overtakers.length === 0 ? {} : { overtakers: waitlist.overtakers }),
    ...house,
    ...(show.pinned.size === 0 ? {} : { pinned: Array.from(show.pinned.values(), imageOfHold) }),
    ...(show.payments.size === 0 ? {} : { payments: imageOfPayments(show.payments) }),
  };
}

function imageOfHold({ id, user, seats, prices, deadlineMs, payment }: Hold): HoldImage {
  const image = { id, user, seats, prices, deadlineMs };
  return payment === 0 ? image : { ...image, payment };
}

function imageOfPayments(payments: PaymentTable): PaymentsImage {
  const users: UserId[] = [];
  const pages: [number, PaymentPage][] = [];
  const captured: [number, Captured][] = [];
  for (let index = 0; index < payments.size; index++) {
    const seats = payments.seats(index);
    const amount = payments.amount(index);
    words.add(payments.payment(index));
    words.add(payments.hold(index));
    words.add(amount % HIGH);
    words.add(Math.floor(amount / HIGH));
    words.add(paymentStates.indexOf(payments.state(index)));
    words.add(seats.length);
    for (const seat of seats) words.add(seat);
    users.push(payments.user(index));
    const page = payments.page(index);
    if (page !== undefined) pages.push([index, page]);
    const other = payments.captured(index);
    if (other !== undefined) captured.push([index, other]);
  }
  return { words: words.take(), users, pages, captured };
}

function userWords(show: Show): Uint8Array {
  const { users } = show;
  for (const row of users.rows()) {
    words.add(users.lastDecisionMs(row) / MS);
    addRemembered(show, row);
  }
  return words.take();
}

function houseWords(show: Show): Uint8Array {
  addRemembered(show, HOUSE);
  return words.take();
}

function addRemembered({ users }: Show, row: number): void {
  words.add(users.rememberedCount(row));
  for (const entry of users.remembered(row)) for (const word of entry) words.add(word);
}

function bookingWords(show: Show): Uint8Array {
  const { bookings, users } = show;
  if (bookings.size === 0) return words.take();
  const placeOf = new Map<number, number>();
  for (const row of users.rows()) placeOf.set(row, placeOf.size);
  for (let index = 0; index < bookings.size; index++) {
    const place = placeOf.get(bookings.user(index));
    invariant(place !== undefined, 'who has booked is known');
    const total = bookings.total(index);
    words.add(bookings.decision(index));
    words.add(place);
    words.add(total % HIGH);
    words.add(Math.floor(total / HIGH));
    words.add(bookings.isCancelled(index) ? 1 : 0);
    words.add(bookings.payment(index));
    words.add(bookings.seatCount(index));
    for (const seat of bookings.seats(index)) words.add(seat);
  }
  return words.take();
}

function restore(show: Show, image: ShowImage): void {
  const { users } = show;
  show.seq = image.seq;
  show.phase = image.phase;
  const rows = restoreUsers(show, image);
  if (image.house !== undefined) restoreRemembered(show, HOUSE, new WordReader(image.house));
  restoreHolds(show, image.holds, image.pinned ?? []);
  if (image.payments !== undefined) restorePayments(show.payments, image.payments);
  for (const offer of image.offers) {
    show.offers.set(offer.user, offer);
    users.setOffered(users.known(offer.user), offer.party);
    show.earmarked += offer.party;
  }
  for (const waiter of image.line) {
    show.waitlist.join(waiter);
    users.setWaitsFor(users.known(waiter.user), waiter.party);
  }
  show.waitlist.restoreLastTicket(image.lastTicket);
  if (image.overtakers !== undefined) show.waitlist.restoreOvertakers(image.overtakers);
  restoreBookings(show, image.bookings, rows);
}

/** Answers with the row of each user, in the order of the image. */
function restoreUsers(show: Show, image: ShowImage): Uint32Array {
  const { users, directory } = show;
  const reader = new WordReader(image.userWords);
  const rows = new Uint32Array(image.users.length);
  image.users.forEach((user, index) => {
    const row = users.add(user);
    rows[index] = row;
    users.setLastDecisionMs(row, millis(reader.next() * MS));
    restoreRemembered(show, row, reader);
    directory.add(user, show.id);
  });
  return rows;
}

function restoreRemembered({ users }: Show, row: number, reader: WordReader): void {
  for (let left = reader.next(); left > 0; left--) {
    const hash = { high: reader.next(), low: reader.next() };
    users.remember(row, hash, { seq: seq(reader.next()), lsn: lsn(reader.next()) });
  }
}

/** The map is in the order of the deadlines; a user's chain is in that of the holds' making. */
function restoreHolds(
  show: Show,
  images: readonly HoldImage[],
  pinned: readonly HoldImage[],
): void {
  const { users } = show;
  for (const image of images) show.holds.set(image.id, { ...image, older: 0, payment: 0 });
  for (const { payment = 0, ...image } of pinned) {
    show.pinned.set(image.id, { ...image, older: 0, payment });
  }
  const all = [...show.holds.values(), ...show.pinned.values()];
  for (const hold of all.sort((a, b) => a.id - b.id)) {
    const row = users.known(hold.user);
    hold.older = users.newestHold(row) as HoldId | 0;
    users.setNewestHold(row, hold.id);
    users.addSeats(row, hold.seats.length);
  }
}

function restorePayments(payments: PaymentTable, image: PaymentsImage): void {
  const reader = new WordReader(image.words);
  for (const user of image.users) {
    const [payment, hold] = [paymentId(reader.next()), holdId(reader.next())];
    const low = reader.next();
    const amount = minor(reader.next() * HIGH + low);
    const state = paymentStates[reader.next()];
    invariant(state !== undefined, 'a payment is in one of its states');
    const seats = Array.from({ length: reader.next() }, () => reader.next());
    payments.setState(payments.add(payment, user, hold, seats, amount), state);
  }
  for (const [index, page] of image.pages) payments.setPage(index, page);
  for (const [index, captured] of image.captured) payments.setCaptured(index, captured);
}

function restoreBookings(show: Show, image: Uint8Array, rows: Uint32Array): void {
  const { users, bookings } = show;
  const reader = new WordReader(image);
  while (!reader.isDone) {
    const decision = seq(reader.next());
    const row = rows[reader.next()];
    invariant(row !== undefined, 'who has booked is in the snapshot');
    const low = reader.next();
    const total = minor(reader.next() * HIGH + low);
    const isCancelled = reader.next() === 1;
    const payment = reader.next() as PaymentId | 0;
    const seats = Array.from({ length: reader.next() }, () => reader.next());
    const older = users.newestBooking(row);
    const index = bookings.add(decision, row, seats, total, older, payment);
    users.setNewestBooking(row, index + 1);
    if (isCancelled) bookings.cancel(index);
    else users.addSeats(row, seats.length);
  }
}
