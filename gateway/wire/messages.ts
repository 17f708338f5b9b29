/**
 * The wire, version 3: every message once, for both subprotocols and for both sides.
 *
 * Each message has a code and named fields, each field a kind (`kinds.ts`). As MessagePack a
 * message is the array `[code, field, field …]` in the order written here; as JSON it is
 * `{"type": name, field: value …}`. A trailing `?` on a kind means "or null"; trailing nulls may
 * be left out. Change anything here and the schema's hash changes: `wire-version.test.ts` then
 * asks for a new version number, because clients in the field speak the old one.
 *
 * A request for one show has `requestId` and `show` as its first two fields: the gateway finds
 * the shard from the frame's bytes and copies the frame on without decoding the rest.
 */
import type { MessageShape } from './kinds.ts';

export const WIRE_VERSION = 3;
export const SUBPROTOCOL_MSGPACK = 'usher.v3.msgpack';
export const SUBPROTOCOL_JSON = 'usher.v3.json';
/**
 * Spoken with clients of earlier versions as well: version 2 has only added a field that may be
 * left out (`holdBest.split`) and two pushes that they pass over, version 3 paying, which their
 * users cannot do: they are told `paymentNeeded`.
 */
export const EARLIER_SUBPROTOCOLS = [
  'usher.v1.msgpack',
  'usher.v1.json',
  'usher.v2.msgpack',
  'usher.v2.json',
] as const;

/** Client to server. */
export const up = {
  /** First on every connection; `token` brings an earlier session back. */
  hello: { code: 1, fields: { requestId: 'requestId', token: 'token?' } },
  cities: { code: 2, fields: { requestId: 'requestId' } },
  movies: {
    code: 3,
    fields: {
      requestId: 'requestId',
      city: 'slug',
      language: 'slug?',
      genre: 'text?',
      /** Local day in the city, `YYYY-MM-DD`. */
      date: 'date?',
      text: 'text?',
    },
  },
  shows: {
    code: 4,
    fields: { requestId: 'requestId', city: 'slug', movie: 'slug', date: 'date?' },
  },
  /** Static facts and the layout; live state comes by `watch`. */
  show: { code: 5, fields: { requestId: 'requestId', show: 'showId' } },
  watch: { code: 6, fields: { requestId: 'requestId', show: 'showId' } },
  unwatch: { code: 7, fields: { requestId: 'requestId', show: 'showId' } },
  hold: { code: 8, fields: { requestId: 'requestId', show: 'showId', seats: 'seatList' } },
  /**
   * Best n: the engine picks `count` seats side by side [H8]; `tier` narrows the choice. With
   * `split`, rows behind each other will do where no row has so many; else that is refused.
   */
  holdBest: {
    code: 9,
    fields: {
      requestId: 'requestId',
      show: 'showId',
      count: 'partySize',
      tier: 'tier?',
      split: 'flag?',
    },
  },
  /** `seats` is the whole new selection [H5]. */
  change: {
    code: 10,
    fields: { requestId: 'requestId', show: 'showId', hold: 'holdId', seats: 'seatList' },
  },
  release: { code: 11, fields: { requestId: 'requestId', show: 'showId', hold: 'holdId' } },
  wait: { code: 12, fields: { requestId: 'requestId', show: 'showId', party: 'partySize' } },
  /** Leaves the line, or declines an open offer [W6]. */
  leave: { code: 13, fields: { requestId: 'requestId', show: 'showId' } },
  book: { code: 14, fields: { requestId: 'requestId', show: 'showId', hold: 'holdId' } },
  cancel: { code: 15, fields: { requestId: 'requestId', show: 'showId', bookings: 'bookingList' } },
  /** Everything the session has, in all shows. */
  mine: { code: 16, fields: { requestId: 'requestId' } },
  tickets: { code: 17, fields: { requestId: 'requestId', show: 'showId', booking: 'bookingRef' } },
  ping: { code: 18, fields: { requestId: 'requestId' } },
  /** Begins to pay for a hold; where to pay comes as `paymentReady` [P1]. */
  pay: { code: 19, fields: { requestId: 'requestId', show: 'showId', hold: 'holdId' } },
  /** Where this session's user is told of bookings; all null forgets it [N1]. */
  contact: {
    code: 20,
    fields: { requestId: 'requestId', email: 'text?', phone: 'text?', language: 'slug?' },
  },
} as const satisfies Record<string, MessageShape>;

/** Where and when a decision stands in the log [F1]. */
const receipt = { seq: 'uint', timeMs: 'millis', lsn: 'uint', hash: 'bytes' } as const;

/** Server to client. */
export const down = {
  welcome: {
    code: 32,
    fields: {
      requestId: 'requestId',
      user: 'userId',
      token: 'token',
      serverMs: 'millis',
      /** Deadlines shown are this much earlier than the server acts on them [H3]. */
      graceMs: 'uint',
      seatsPerRequest: 'uint',
      wireHash: 'text',
    },
  },
  citiesFound: { code: 33, fields: { requestId: 'requestId', cities: 'cities' } },
  moviesFound: { code: 34, fields: { requestId: 'requestId', movies: 'movies' } },
  showsFound: { code: 35, fields: { requestId: 'requestId', cinemas: 'cinemaShows' } },
  showFound: { code: 36, fields: { requestId: 'requestId', details: 'showDetails' } },
  /** A snapshot; deltas with `toSeq` above `seq` follow. */
  watching: {
    code: 37,
    fields: {
      requestId: 'requestId',
      show: 'showId',
      seq: 'uint',
      phase: 'phase',
      /** 2 bits a seat, lowest bits first: 0 free, 1 held, 2 booked, 3 blocked. */
      seats: 'bytes',
      /** Ticket now being served (the head of the line), 0 when nobody waits. */
      serving: 'uint',
      waiting: 'uint',
      /** Free seats promised to open offers. */
      earmarked: 'uint',
    },
  },
  unwatched: { code: 38, fields: { requestId: 'requestId', show: 'showId' } },
  /** Answers hold, holdBest and change. */
  held: {
    code: 39,
    fields: {
      requestId: 'requestId',
      show: 'showId',
      hold: 'holdId',
      seats: 'seatList',
      /** What the holder sees; the server acts `graceMs` later. */
      deadlineMs: 'millis',
      currency: 'text',
      /** Price of each seat after discounts, in the order of `seats`, minor unit [M1]. */
      prices: 'amounts',
      total: 'uint',
      discounts: 'discountLines',
      ...receipt,
    },
  },
  released: {
    code: 40,
    fields: { requestId: 'requestId', show: 'showId', hold: 'holdId', ...receipt },
  },
  /** In the line: `ahead` parties stand before this one [W8]. */
  waiting: {
    code: 41,
    fields: {
      requestId: 'requestId',
      show: 'showId',
      ticket: 'uint',
      party: 'partySize',
      ahead: 'uint',
      serving: 'uint',
      untilMs: 'millis',
      ...receipt,
    },
  },
  left: { code: 42, fields: { requestId: 'requestId', show: 'showId', ...receipt } },
  booked: {
    code: 43,
    fields: {
      requestId: 'requestId',
      show: 'showId',
      booking: 'bookingRef',
      seats: 'seatList',
      currency: 'text',
      prices: 'amounts',
      total: 'uint',
      ...receipt,
    },
  },
  cancelled: {
    code: 44,
    fields: {
      requestId: 'requestId',
      show: 'showId',
      bookings: 'bookingList',
      currency: 'text',
      refund: 'uint',
      ...receipt,
    },
  },
  mineFound: { code: 45, fields: { requestId: 'requestId', shows: 'mineShows' } },
  ticketsFound: {
    code: 46,
    fields: {
      requestId: 'requestId',
      show: 'showId',
      booking: 'bookingRef',
      /** A signed code a ticket, in seat order; a door scanner checks it offline [B1]. */
      tickets: 'ticketCodes',
    },
  },
  pong: { code: 47, fields: { requestId: 'requestId', serverMs: 'millis' } },
  /** A rule refused the request; nothing changed. `reason` and `code` are in `rejections.ts`. */
  rejected: {
    code: 48,
    fields: {
      requestId: 'requestId',
      code: 'uint',
      reason: 'text',
      /** True: do not retry as it is. */
      final: 'flag',
      text: 'text',
      details: 'details',
    },
  },
  /** The request could not be understood or served; codes are in `errors.ts`. */
  error: {
    code: 49,
    fields: { requestId: 'requestId?', code: 'uint', reason: 'text', text: 'text' },
  },
  /** A payment has begun: the hold stands until `pinnedUntilMs` while the provider is asked. */
  paying: {
    code: 50,
    fields: {
      requestId: 'requestId',
      show: 'showId',
      hold: 'holdId',
      payment: 'uint',
      currency: 'text',
      amount: 'uint',
      pinnedUntilMs: 'millis',
      ...receipt,
    },
  },
  contactKept: { code: 51, fields: { requestId: 'requestId' } },

  // Pushes: nobody asked, so no request id.
  /** Seats whose state changed over decisions `fromSeq` + 1 … `toSeq`: seat × 4 + state. */
  seats: {
    code: 64,
    fields: { show: 'showId', fromSeq: 'uint', toSeq: 'uint', changes: 'amounts' },
  },
  /** The line moved: every ticket in `departed` has left it, by offer or otherwise [W8]. */
  line: {
    code: 65,
    fields: { show: 'showId', serving: 'uint', waiting: 'uint', departed: 'amounts' },
  },
  /** An exclusive right to `party` seats until `untilMs` [W4]. */
  offer: {
    code: 66,
    fields: { show: 'showId', party: 'partySize', untilMs: 'millis', seq: 'uint' },
  },
  waitEnded: { code: 67, fields: { show: 'showId', reason: 'text', seq: 'uint' } },
  holdExpired: { code: 68, fields: { show: 'showId', hold: 'holdId', seq: 'uint' } },
  phaseChanged: { code: 69, fields: { show: 'showId', phase: 'phase', seq: 'uint' } },
  /** Another connection of this session changed what it has in a show: ask `mine`. */
  mineChanged: { code: 70, fields: { show: 'showId' } },
  /** A hold is gone though its time was not over, e.g. because the show was cancelled. */
  holdEnded: {
    code: 71,
    fields: { show: 'showId', hold: 'holdId', reason: 'text', seq: 'uint' },
  },
  /** Bookings that somebody else cancelled: `refund` is owed back for them together. */
  bookingsCancelled: {
    code: 72,
    fields: {
      show: 'showId',
      bookings: 'bookingList',
      currency: 'text',
      refund: 'uint',
      reason: 'text',
      seq: 'uint',
    },
  },
  /** The payment can be made at `url`, a page of the provider's. */
  paymentReady: {
    code: 73,
    fields: { show: 'showId', payment: 'uint', url: 'text', seq: 'uint' },
  },
  /** Nothing was paid, for `reason`; the hold is as it was before [P2]. */
  paymentFailed: {
    code: 74,
    fields: { show: 'showId', payment: 'uint', reason: 'text', seq: 'uint' },
  },
  /** Paid, and booked by it. */
  paid: {
    code: 75,
    fields: {
      show: 'showId',
      payment: 'uint',
      booking: 'bookingRef',
      seats: 'seatList',
      currency: 'text',
      prices: 'amounts',
      total: 'uint',
      seq: 'uint',
    },
  },
  /** Captured money that goes back, for `reason` [P3, P4, B2]. */
  refundOwed: {
    code: 76,
    fields: {
      show: 'showId',
      payment: 'uint',
      currency: 'text',
      amount: 'uint',
      reason: 'text',
      seq: 'uint',
    },
  },
  /** The provider has given it back. */
  refunded: {
    code: 77,
    fields: { show: 'showId', payment: 'uint', currency: 'text', amount: 'uint', seq: 'uint' },
  },
} as const satisfies Record<string, MessageShape>;
