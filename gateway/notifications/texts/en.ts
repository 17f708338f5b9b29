/** All that people are written, in English. */
import type { RefundReason } from '../../../engine/show/events.ts';
import type { WaitLost } from '../notices.ts';
import type { ShowWords, Texts } from './texts.ts';

export const english: Texts = {
  locale: 'en-GB',
  labels: {
    show: 'Film',
    start: 'When',
    place: 'Where',
    seats: 'Seats',
    booking: 'Booking',
    total: 'Paid',
  },
  seat: (section, row, number) => `${section === '' ? '' : `${section}, `}seat ${row}${number}`,
  openShow: 'Open the show',
  openBookings: 'See your bookings',
  footer: 'You get this because your address was given with a booking or a place in line.',
  seatCount: (count) => (count === 1 ? '1 seat' : `${count} seats`),
  booked: (show, booking, seats, total) => ({
    subject: `Your tickets for ${show.movie}, ${show.start}`,
    paragraphs: [
      `Your seats are booked. The reference is ${booking}.`,
      'Show the code of each ticket at the door, on a screen or on paper.',
    ],
    short: `Booked ${booking}: ${inShort(show)}, ${seats}. ${total}.`,
  }),
  cancelled: (show, bookings, refund) => ({
    subject: `Cancelled: ${show.movie}, ${show.start}`,
    paragraphs: [`Your booking ${bookings} is cancelled.`, ...givenBack(refund)],
    short: ['Cancelled', `${bookings}: ${inShort(show)}.`, ...givenBack(refund)].join(' '),
  }),
  refundOwed: (show, amount, reason) => ({
    subject: `We give you ${amount} back`,
    paragraphs: [
      `${whyOwed(reason)} No seats are booked with it for ${show.movie}, ${show.start}.`,
      `You get ${amount} back, the way you paid. You need not do anything.`,
    ],
    short: `${whyOwed(reason)} You get ${amount} back: ${inShort(show)}.`,
  }),
  refunded: (show, amount) => ({
    subject: `${amount} given back`,
    paragraphs: [
      `${amount} for ${show.movie}, ${show.start}, is on its way back to you, the way you paid.`,
      'It can take some days until your bank shows it.',
    ],
    short: `${amount} is on its way back to you: ${inShort(show)}.`,
  }),
  offerMade: (show, party, until) => ({
    subject: `Your turn: choose your seats for ${show.movie} until ${until}`,
    paragraphs: [
      `${party === 1 ? 'A seat is' : `${party} seats are`} kept for you until ${until}.`,
      'Choose yours on the map now; after that they go to the next in line.',
    ],
    short: `Your turn: choose your seats until ${until}. ${inShort(show)}.`,
  }),
  waitEnded: (show, reason) => ({
    subject: `Your wait for ${show.movie} is over`,
    paragraphs: [`${whyEnded(reason)} You are no longer in line for ${show.movie}, ${show.start}.`],
    short: `${whyEnded(reason)} You are no longer in line: ${inShort(show)}.`,
  }),
  showCancelled: (show, bookings, refund) => ({
    subject: `The show is cancelled: ${show.movie}, ${show.start}`,
    paragraphs: [
      `The cinema has cancelled ${show.movie}, ${show.start}. We are sorry.`,
      ...(bookings === '' ? [] : [`Your booking ${bookings} is cancelled with it.`]),
      ...givenBack(refund),
    ],
    short: [
      `The cinema has cancelled ${inShort(show)}.`,
      ...(bookings === '' ? [] : [`Booking ${bookings} is cancelled.`]),
      ...givenBack(refund),
    ].join(' '),
  }),
};

function inShort({ movie, start, cinema, hall }: ShowWords): string {
  return `${movie}, ${start}, ${cinema}, ${hall}`;
}

function givenBack(refund: string | undefined): readonly string[] {
  return refund === undefined ? [] : [`What you paid is given back: ${refund}.`];
}

function whyOwed(reason: RefundReason): string {
  switch (reason) {
    case 'tooLate':
      return 'Your payment came when your seats had been given to others.';
    case 'amountDiffers':
      return 'What you paid was not the amount that was asked.';
    default:
      return 'Your booking was cancelled.';
  }
}

function whyEnded(reason: WaitLost): string {
  switch (reason) {
    case 'waitTimeout':
      return 'No seats became free in time.';
    case 'tooFewLeft':
      return 'There are too few seats left for your party.';
    case 'saleClosed':
      return 'The sale has closed.';
    case 'offerLapsed':
      return 'The seats kept for you were not chosen in time.';
    case 'showCancelled':
      return 'The cinema has cancelled the show.';
  }
}
