/**
 * A sentence and an example for every message of the socket. Those to the server are sent to a
 * real one by a test; those from it are held against the schema that is published.
 */
import type { DownMessage, UpMessage } from '../wire/message-types.ts';

export interface MessageNote {
  readonly says: string;
  /** Without its type; a field that may be null may be left out. */
  readonly example: Readonly<Record<string, unknown>>;
  /** Types that answer it; every message may be answered by `error` too. */
  readonly answers?: readonly DownMessage['type'][];
}

const show = '0v1xy2';
const receipt = { seq: 7, timeMs: 1_795_401_331_793, lsn: 41, hash: 'q83vEjRWeJA' };
const money = { currency: 'INR', prices: [20_000, 20_000], total: 40_000 };

export const upNotes: Readonly<Record<UpMessage['type'], MessageNote>> = {
  hello: {
    says: 'Comes first on every connection; a token brings an earlier session back.',
    example: { requestId: 'a1' },
    answers: ['welcome'],
  },
  cities: {
    says: 'Which cities have cinemas?',
    example: { requestId: 'a2' },
    answers: ['citiesFound'],
  },
  movies: {
    says: 'Which movies are showing in a city, by language, genre, day or words?',
    example: { requestId: 'a3', city: 'pune', language: 'hi' },
    answers: ['moviesFound'],
  },
  shows: {
    says: 'Which cinemas run a movie, and when?',
    example: { requestId: 'a4', city: 'pune', movie: 'monsoon-line' },
    answers: ['showsFound'],
  },
  show: {
    says: "A show's facts, terms and seat plan.",
    example: { requestId: 'a5', show },
    answers: ['showFound'],
  },
  watch: {
    says: "A show's live seats: a snapshot now, changes from then on.",
    example: { requestId: 'a6', show },
    answers: ['watching', 'rejected'],
  },
  unwatch: {
    says: 'No more changes of that show.',
    example: { requestId: 'a7', show },
    answers: ['unwatched', 'rejected'],
  },
  hold: {
    says: 'Holds exactly these seats, or none.',
    example: { requestId: 'a8', show, seats: [3, 4] },
    answers: ['held', 'rejected'],
  },
  holdBest: {
    says: 'Holds the best seats side by side that there are.',
    example: { requestId: 'a9', show, count: 2, split: false },
    answers: ['held', 'rejected'],
  },
  change: {
    says: 'Gives a hold exactly these seats; its deadline stays.',
    example: { requestId: 'b1', show, hold: 3, seats: [4, 5] },
    answers: ['held', 'rejected'],
  },
  release: {
    says: 'Frees the seats of a hold.',
    example: { requestId: 'b2', show, hold: 3 },
    answers: ['released', 'rejected'],
  },
  wait: {
    says: "Joins a show's line with a party of this size.",
    example: { requestId: 'b3', show, party: 2 },
    answers: ['waiting', 'rejected'],
  },
  leave: {
    says: 'Leaves the line, or declines an open offer.',
    example: { requestId: 'b4', show },
    answers: ['left', 'rejected'],
  },
  book: {
    says: 'Books a hold, where the show asks for no payment.',
    example: { requestId: 'b5', show, hold: 3 },
    answers: ['booked', 'rejected'],
  },
  cancel: {
    says: 'Cancels bookings of one show, all or none.',
    example: { requestId: 'b6', show, bookings: ['0V1XY2-004'] },
    answers: ['cancelled', 'rejected'],
  },
  mine: {
    says: 'Everything that the session has, in all shows.',
    example: { requestId: 'b7' },
    answers: ['mineFound'],
  },
  tickets: {
    says: "A booking's tickets with their signed codes.",
    example: { requestId: 'b8', show, booking: '0V1XY2-004' },
    answers: ['ticketsFound', 'rejected'],
  },
  ping: {
    says: "Is anybody there, and what is the server's time?",
    example: { requestId: 'b9' },
    answers: ['pong'],
  },
  pay: {
    says: 'Begins to pay for a hold; where to pay comes as `paymentReady`.',
    example: { requestId: 'c1', show, hold: 3 },
    answers: ['paying', 'rejected'],
  },
  contact: {
    says: 'Where tickets and news are sent besides; all null forgets it.',
    example: { requestId: 'c2', email: 'asha@example.com', language: 'en' },
    answers: ['contactKept'],
  },
};

export const downNotes: Readonly<Record<DownMessage['type'], MessageNote>> = {
  welcome: {
    says: 'The session, and what holds for it.',
    example: {
      requestId: 'a1',
      user: 'kYv0rOm3Qc1A',
      token: 'kYv0rOm3Qc1A.mQ5',
      serverMs: receipt.timeMs,
      graceMs: 5_000,
      seatsPerRequest: 10,
      wireHash: '3-0a1b2c3d',
    },
  },
  citiesFound: {
    says: 'The cities, by name.',
    example: {
      requestId: 'a2',
      cities: [
        {
          id: 'pune',
          name: 'Pune',
          country: 'IN',
          timeZone: 'Asia/Kolkata',
          currency: 'INR',
          cinemas: 3,
          movies: 9,
        },
      ],
    },
  },
  moviesFound: { says: 'The movies.', example: { requestId: 'a3', movies: [] } },
  showsFound: {
    says: 'The cinemas, each with its shows.',
    example: { requestId: 'a4', cinemas: [] },
  },
  showFound: {
    says: 'The show; the layout numbers its seats through its runs.',
    example: {
      requestId: 'a5',
      details: {
        show: {
          id: show,
          hall: 'rialto-1',
          movie: 'monsoon-line',
          language: 'hi',
          format: '2D',
          layout: 'rialto-1-a',
          terms: {
            onSaleAtMs: receipt.timeMs,
            startsAtMs: receipt.timeMs + 7_200_000,
            currency: 'INR',
            prices: [20_000],
          },
        },
        movie: {
          id: 'monsoon-line',
          title: 'The Monsoon Line',
          minutes: 121,
          languages: ['hi'],
          genres: ['Drama'],
          rating: '12+',
          synopsis: 'A night train.',
        },
        hall: { id: 'rialto-1', cinema: 'rialto', name: 'Hall 1' },
        cinema: { id: 'rialto', city: 'pune', name: 'Rialto', address: 'MG Road 1' },
        city: {
          id: 'pune',
          name: 'Pune',
          country: 'IN',
          timeZone: 'Asia/Kolkata',
          currency: 'INR',
        },
        layout: {
          id: 'rialto-1-a',
          name: 'Hall 1',
          width: 8,
          depth: 6,
          curve: 1,
          best: { x: 4, y: 4 },
          tiers: ['Stalls'],
          runs: [
            { section: 'Stalls', row: 'A', firstNumber: 1, step: 1, count: 8, x: 0, y: 0, tier: 0 },
          ],
        },
      },
    },
  },
  watching: {
    says: 'A snapshot at `seq`: 2 bits a seat, lowest first: free, held, booked, blocked.',
    example: {
      requestId: 'a6',
      show,
      seq: 6,
      phase: 'onSale',
      seats: 'QAE',
      serving: 0,
      waiting: 0,
      earmarked: 0,
    },
  },
  unwatched: { says: 'Done.', example: { requestId: 'a7', show } },
  held: {
    says: 'The seats are yours until the deadline.',
    example: {
      requestId: 'a8',
      show,
      hold: 3,
      seats: [3, 4],
      deadlineMs: receipt.timeMs + 300_000,
      ...money,
      discounts: [{ name: 'afternoon', seat: 3, off: 5_000 }],
      ...receipt,
    },
  },
  released: {
    says: 'The seats are free.',
    example: { requestId: 'b2', show, hold: 3, ...receipt },
  },
  waiting: {
    says: 'Your place in the line.',
    example: {
      requestId: 'b3',
      show,
      ticket: 12,
      party: 2,
      ahead: 4,
      serving: 8,
      untilMs: receipt.timeMs + 3_600_000,
      ...receipt,
    },
  },
  left: { says: 'Out of the line.', example: { requestId: 'b4', show, ...receipt } },
  booked: {
    says: 'Final; the reference is for people.',
    example: { requestId: 'b5', show, booking: '0V1XY2-004', seats: [3, 4], ...money, ...receipt },
  },
  cancelled: {
    says: 'Cancelled, and what is owed back.',
    example: {
      requestId: 'b6',
      show,
      bookings: ['0V1XY2-004'],
      currency: 'INR',
      refund: 40_000,
      ...receipt,
    },
  },
  mineFound: {
    says: 'What the session has.',
    example: {
      requestId: 'b7',
      shows: [{ show, holds: [], bookings: [], wait: null, offer: null }],
    },
  },
  ticketsFound: {
    says: 'A signed code a ticket.',
    example: {
      requestId: 'b8',
      show,
      booking: '0V1XY2-004',
      tickets: [{ seat: 3, section: 'Stalls', row: 'A', number: 4, code: 'AQIDBA' }],
    },
  },
  pong: { says: "The server's time.", example: { requestId: 'b9', serverMs: receipt.timeMs } },
  rejected: {
    says: 'A rule refused: nothing changed. `final` means: do not retry as it is.',
    example: {
      requestId: 'a8',
      code: 401,
      reason: 'seatsTaken',
      final: false,
      text: 'Some of these seats are taken; choose others.',
      details: { seats: [4] },
    },
  },
  error: {
    says: 'Not understood or not served; the connection lives on.',
    example: { requestId: 'a8', code: 507, reason: 'overloaded', text: 'Too busy just now.' },
  },
  paying: {
    says: 'A payment has begun; the hold stands while the provider is asked.',
    example: {
      requestId: 'c1',
      show,
      hold: 3,
      payment: 1,
      currency: 'INR',
      amount: 40_000,
      pinnedUntilMs: receipt.timeMs + 360_000,
      ...receipt,
    },
  },
  contactKept: { says: 'Kept, for good.', example: { requestId: 'c2' } },
  seats: {
    says: 'Seats that changed over these decisions: seat × 4 + state.',
    example: { show, fromSeq: 6, toSeq: 7, changes: [13, 17] },
  },
  line: {
    says: 'The line moved: these tickets have left it.',
    example: { show, serving: 9, waiting: 3, departed: [8] },
  },
  offer: {
    says: 'An exclusive right to so many seats.',
    example: { show, party: 2, untilMs: receipt.timeMs + 120_000, seq: 8 },
  },
  waitEnded: { says: 'Your wait is over.', example: { show, reason: 'tooFewLeft', seq: 8 } },
  holdExpired: { says: 'Your hold ran out.', example: { show, hold: 3, seq: 9 } },
  phaseChanged: {
    says: 'The show is on sale, closed or cancelled.',
    example: { show, phase: 'closed', seq: 10 },
  },
  mineChanged: { says: 'Another tab changed what you have: ask `mine`.', example: { show } },
  holdEnded: {
    says: 'Your hold is gone before its time.',
    example: { show, hold: 3, reason: 'showCancelled', seq: 11 },
  },
  bookingsCancelled: {
    says: 'Bookings that somebody else cancelled, and what is owed back.',
    example: {
      show,
      bookings: ['0V1XY2-004'],
      currency: 'INR',
      refund: 40_000,
      reason: 'showCancelled',
      seq: 11,
    },
  },
  paymentReady: {
    says: 'Where to pay: a page of the provider.',
    example: { show, payment: 1, url: 'https://pay.example/p/1', seq: 8 },
  },
  paymentFailed: {
    says: 'Nothing was paid; the hold is as it was.',
    example: { show, payment: 1, reason: 'declined', seq: 9 },
  },
  paid: {
    says: 'Paid, and booked by it.',
    example: { show, payment: 1, booking: '0V1XY2-004', seats: [3, 4], ...money, seq: 9 },
  },
  refundOwed: {
    says: 'Captured money that goes back.',
    example: { show, payment: 1, currency: 'INR', amount: 40_000, reason: 'tooLate', seq: 12 },
  },
  refunded: {
    says: 'The provider has given it back.',
    example: { show, payment: 1, currency: 'INR', amount: 40_000, seq: 13 },
  },
};
