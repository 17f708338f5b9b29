/**
 * What each kind of field is, as JSON Schema. The server's readers check what it is sent, and a
 * test holds every answer of a real server against these, so that neither can drift.
 */
import { type TSchema, Type } from 'typebox';
import { limits } from '../../engine/limits.ts';
import type { Kinds } from '../wire/kinds.ts';

const Whole = Type.Integer({ minimum: 0 });
const Time = Type.Integer({ minimum: 0, description: 'Milliseconds since 1970, UTC.' });
const Minor = Type.Integer({ minimum: 0, description: "In the currency's minor unit." });
const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.' });
const Show = Type.String({
  pattern: `^[a-z0-9-]{1,${limits.showIdChars}}$`,
  description: 'A show.',
});
const SeatIndexes = Type.Array(Whole, { description: 'Seat indexes in the layout, from 0.' });
const DiscountLine = Type.Object({ name: Type.String(), seat: Whole, off: Minor });

const City = Type.Object({
  id: Type.String(),
  name: Type.String(),
  country: Type.String({ description: 'ISO 3166.' }),
  timeZone: Type.String({ description: 'IANA.' }),
  currency: Currency,
});
const Cinema = Type.Object({
  id: Type.String(),
  city: Type.String(),
  name: Type.String(),
  address: Type.String(),
});
const Movie = Type.Object({
  id: Type.String(),
  title: Type.String(),
  minutes: Whole,
  languages: Type.Array(Type.String({ description: 'ISO 639-1.' })),
  genres: Type.Array(Type.String()),
  rating: Type.String(),
  synopsis: Type.String(),
});
const ShowSummary = Type.Object({
  id: Show,
  hall: Type.String(),
  startsAtMs: Time,
  onSaleAtMs: Time,
  language: Type.String(),
  format: Type.String(),
  currency: Currency,
  priceFrom: Minor,
  seats: Whole,
  discounts: Type.Array(Type.String(), { description: 'That every ticket gets.' }),
  availability: Type.Optional(
    Type.Union(
      ['soon', 'available', 'fillingFast', 'waitingList', 'soldOut', 'closed', 'cancelled'].map(
        (name) => Type.Literal(name),
      ),
      { description: 'As of about a second ago.' },
    ),
  ),
});
const SeatRun = Type.Object({
  section: Type.String(),
  row: Type.String(),
  firstNumber: Type.Integer(),
  step: Type.Integer(),
  count: Whole,
  x: Type.Number(),
  y: Type.Number(),
  tier: Whole,
  wheelchair: Type.Optional(Type.Array(Whole)),
  companion: Type.Optional(Type.Array(Whole)),
  restrictedView: Type.Optional(Type.Array(Whole)),
});
const Layout = Type.Object({
  id: Type.String(),
  name: Type.String(),
  width: Type.Number(),
  depth: Type.Number(),
  curve: Type.Number(),
  best: Type.Object({ x: Type.Number(), y: Type.Number() }),
  tiers: Type.Array(Type.String()),
  runs: Type.Array(SeatRun, { description: 'Blocks of neighbours; seats are numbered through.' }),
});
const ShowDetails = Type.Object({
  show: Type.Object({
    id: Show,
    hall: Type.String(),
    movie: Type.String(),
    language: Type.String(),
    format: Type.String(),
    layout: Type.String(),
    terms: Type.Object(
      {
        onSaleAtMs: Time,
        startsAtMs: Time,
        currency: Currency,
        prices: Type.Array(Minor, { description: 'By tier.' }),
      },
      { description: 'What the show is sold under; there are more.' },
    ),
  }),
  movie: Movie,
  hall: Type.Object({ id: Type.String(), cinema: Type.String(), name: Type.String() }),
  cinema: Cinema,
  city: City,
  layout: Layout,
});

const Mine = Type.Object({
  show: Show,
  holds: Type.Array(
    Type.Object({
      hold: Whole,
      seats: SeatIndexes,
      deadlineMs: Time,
      currency: Currency,
      prices: Type.Array(Minor),
      total: Minor,
      discounts: Type.Array(DiscountLine),
      payment: Type.Optional(
        Type.Object({
          payment: Whole,
          pinnedUntilMs: Time,
          url: Type.Union([Type.String(), Type.Null()]),
        }),
      ),
    }),
  ),
  bookings: Type.Array(
    Type.Object({
      booking: Type.String(),
      seats: SeatIndexes,
      currency: Currency,
      total: Minor,
      state: Type.Union([Type.Literal('booked'), Type.Literal('cancelled')]),
      refund: Type.Optional(Type.Union([Type.Literal('owed'), Type.Literal('refunded')])),
    }),
  ),
  wait: Type.Union([
    Type.Object({ ticket: Whole, party: Whole, ahead: Whole, serving: Whole, untilMs: Time }),
    Type.Null(),
  ]),
  offer: Type.Union([Type.Object({ party: Whole, untilMs: Time }), Type.Null()]),
});

export const kindSchemas: Readonly<Record<keyof Kinds, TSchema>> = {
  requestId: Type.String({
    pattern: `^[\\x21-\\x7e]{1,${limits.requestIdChars}}$`,
    description: "The client's own; sent again, it is decided once and answered the same.",
  }),
  userId: Type.String({ minLength: 1, maxLength: limits.userIdChars }),
  showId: Show,
  holdId: Whole,
  bookingRef: Type.String({ pattern: '^[0-9A-Z-]{1,40}$', description: 'A booking.' }),
  token: Type.String({ minLength: 1, maxLength: 256, description: "The session's proof." }),
  slug: Type.String({ pattern: '^[a-z0-9-]{1,48}$' }),
  text: Type.String(),
  date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  uint: Whole,
  millis: Time,
  flag: Type.Boolean(),
  partySize: Type.Integer({ minimum: 1, maximum: limits.largestParty }),
  tier: Type.Integer({ minimum: 0, maximum: limits.tiersPerLayout - 1 }),
  phase: Type.Union(
    ['scheduled', 'onSale', 'closed', 'cancelled'].map((phase) => Type.Literal(phase)),
  ),
  bytes: Type.String({
    pattern: '^[A-Za-z0-9_-]*$',
    description: 'base64url; binary in MessagePack.',
  }),
  seatList: SeatIndexes,
  amounts: Type.Array(Whole),
  bookingList: Type.Array(Type.String()),
  discountLines: Type.Array(DiscountLine),
  cities: Type.Array(
    Type.Object({ ...City.properties, cinemas: Whole, movies: Whole }, { title: 'City' }),
  ),
  movies: Type.Array(
    Type.Object({ ...Movie.properties, shows: Whole, nextStartMs: Time }, { title: 'Movie' }),
  ),
  cinemaShows: Type.Array(Type.Object({ cinema: Cinema, shows: Type.Array(ShowSummary) })),
  showDetails: ShowDetails,
  mineShows: Type.Array(Mine),
  ticketCodes: Type.Array(
    Type.Object({
      seat: Whole,
      section: Type.String(),
      row: Type.String(),
      number: Type.Integer(),
      code: Type.String({ description: 'Signed; a door checks it offline.' }),
    }),
  ),
  details: Type.Record(Type.String(), Type.Unknown(), {
    description: 'What the rejection names: see the table of rejections.',
  }),
};

/** A field's kind, `?` behind it for "or null". */
export function schemaOfKind(kind: string): TSchema {
  const nullable = kind.endsWith('?');
  const base = (nullable ? kind.slice(0, -1) : kind) as keyof Kinds;
  const schema = kindSchemas[base];
  return nullable ? Type.Union([schema, Type.Null()]) : schema;
}
