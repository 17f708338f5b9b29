/** Reasons in plain words, with what can be done next. */
import type { Down } from '../client/index.ts';
import { counted } from './format.ts';

const endings: Readonly<Record<string, string>> = {
  waitTimeout: 'You have waited for the longest time allowed, so your place in line ended.',
  tooFewLeft: 'Too few seats can still become free for your party, so your wait ended.',
  saleClosed: 'The sale has closed, so your wait ended.',
  showCancelled: 'The show was cancelled, so your wait ended.',
  offerLapsed: 'The time to choose ran out, and the seats went to the next in line.',
  declined: 'You gave the offer back.',
  left: 'You left the line.',
};

/** Why a wait or an offer ended. */
export function endingText(reason: string): string {
  return endings[reason] ?? 'Your wait has ended.';
}

/** The seats that a refusal names, empty where it names none. */
export function refusedSeats(rejected: Down<'rejected'>): readonly number[] {
  const { seats } = rejected.details;
  return Array.isArray(seats) ? seats.filter((seat) => typeof seat === 'number') : [];
}

/** How many parties a `waitInLine` says are ahead. */
export function refusedAhead(rejected: Down<'rejected'>): number {
  const { ahead } = rejected.details;
  return typeof ahead === 'number' ? ahead : 0;
}

/** Why one is told to wait. */
export function waitReason(ahead: number): string {
  if (ahead === 0) {
    return 'All seats left are held by others just now. Some may come free: holds that are not paid for end after a few minutes.';
  }
  return `Others came first: ${counted(ahead, 'party is', 'parties are')} waiting for seats. Whoever joins the line is served in turn.`;
}

const failures: Readonly<Record<string, string>> = {
  declined: 'The payment was declined.',
  cancelled: 'You cancelled the payment.',
  expired: 'The time to pay ran out.',
  theatreRefused: 'The theatre could not keep these seats, so nothing was charged.',
  providerUnavailable: 'The payment could not be made just now, and nothing was charged.',
};

/** Why nothing was paid. */
export function paymentFailedText(reason: string): string {
  const what = failures[reason] ?? 'The payment did not go through.';
  return `${what} Your seats are held as before.`;
}

const refunds: Readonly<Record<string, string>> = {
  tooLate: 'the payment came when the seats had gone to others',
  amountDiffers: 'it was not the amount asked for',
  bookingCancelled: 'the booking was cancelled',
  showCancelled: 'the show was cancelled',
};

/** Why money goes back, to end a sentence. */
export function refundReason(reason: string): string {
  return refunds[reason] ?? 'it was not needed';
}
