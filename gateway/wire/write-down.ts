/**
 * From what a shard says to the wire's messages, written straight into the outgoing batch. The
 * field order is that of `messages.ts`; `write-down.test.ts` reads every message back by that
 * table, so the two cannot drift apart.
 */
import type { RequestId } from '../../engine/ids.ts';
import type { Writer } from '../../engine/msgpack/writer.ts';
import { sumOf } from '../../engine/pricing/money.ts';
import type { QuoteDiscount } from '../../engine/pricing/quote.ts';
import type { Output, Push } from '../../engine/shard/outputs.ts';
import type { ShowEvent } from '../../engine/show/events.ts';
import { type Rejection, rejectionTable } from '../../engine/show/rejections.ts';
import type { Show } from '../../engine/show/show.ts';
import { discountsOf, type ShowView } from '../../engine/show/views.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { type WireErrorReason, wireErrors } from './errors.ts';
import type { MessageShape } from './kinds.ts';
import { down } from './messages.ts';
import { rejectionText } from './rejection-texts.ts';

type Accepted = Extract<Output<unknown>, { type: 'accepted' }>;
type Event<Type extends ShowEvent['type']> = Extract<ShowEvent, { type: Type }>;

/** How many elements a message has; worked out once a message. */
const lengths = new Map<MessageShape, number>();

function head(writer: Writer, shape: MessageShape): void {
  let length = lengths.get(shape);
  if (length === undefined) {
    length = Object.keys(shape.fields).length + 1;
    lengths.set(shape, length);
  }
  writer.array(length);
  writer.uint(shape.code);
}

/** The answer to an accepted command, whichever it was. */
export function writeAccepted(writer: Writer, output: Accepted): void {
  const { requestId, show, made } = output;
  const { event } = made;
  switch (event.type) {
    case 'seatsHeld':
    case 'holdChanged':
      return writeHeld(writer, requestId, show, made, event);
    case 'holdReleased':
      start(writer, down.released, requestId, show);
      writer.uint(event.hold);
      return writeReceipt(writer, made);
    case 'waitJoined':
      start(writer, down.waiting, requestId, show);
      writer.uint(event.ticket);
      writer.uint(event.party);
      writer.uint(output.ahead);
      writer.uint(output.serving);
      writer.uint(event.untilMs);
      return writeReceipt(writer, made);
    case 'waitEnded':
    case 'offerEnded':
      start(writer, down.left, requestId, show);
      return writeReceipt(writer, made);
    case 'holdBooked':
      start(writer, down.booked, requestId, show);
      writer.text(event.booking);
      writer.uints(event.seats);
      writer.text(show.terms.currency);
      writer.uints(event.prices);
      writer.uint(sumOf(event.prices));
      return writeReceipt(writer, made);
    case 'paymentStarted':
      start(writer, down.paying, requestId, show);
      writer.uint(event.hold);
      writer.uint(event.payment);
      writer.text(show.terms.currency);
      writer.uint(event.amount);
      writer.uint(event.pinnedUntilMs);
      return writeReceipt(writer, made);
    case 'bookingsCancelled':
      start(writer, down.cancelled, requestId, show);
      writer.value(event.bookings);
      writer.text(show.terms.currency);
      writer.uint(event.refund);
      return writeReceipt(writer, made);
    default:
      throw new Error(`${event.type} answers no request`);
  }
}

function start(writer: Writer, shape: MessageShape, requestId: RequestId, show: Show): void {
  head(writer, shape);
  writer.text(requestId);
  writer.text(show.id);
}

function writeHeld(
  writer: Writer,
  requestId: RequestId,
  show: Show,
  made: Accepted['made'],
  event: Event<'seatsHeld'> | Event<'holdChanged'>,
): void {
  start(writer, down.held, requestId, show);
  writer.uint(event.hold);
  writer.uints(event.seats);
  writer.uint(event.deadlineMs);
  writer.text(show.terms.currency);
  writer.uints(event.prices);
  writer.uint(sumOf(event.prices));
  writeDiscounts(writer, discountsOf(show, event.seats));
  writeReceipt(writer, made);
}

/** Named lines as maps, as `writer.value` would write them, but without asking what they are. */
function writeDiscounts(writer: Writer, discounts: readonly QuoteDiscount[]): void {
  writer.array(discounts.length);
  for (const { name, seat, off } of discounts) {
    writer.map(3);
    writer.text('name');
    writer.text(name);
    writer.text('seat');
    writer.uint(seat);
    writer.text('off');
    writer.uint(off);
  }
}

/** Where and when the decision stands in the log [F1]. */
function writeReceipt(writer: Writer, made: Accepted['made']): void {
  writer.uint(made.seq);
  writer.uint(made.frame.timeMs);
  writer.uint(made.frame.lsn);
  writer.binary(made.frame.hash);
}

export function writeRejected(writer: Writer, requestId: string, rejection: Rejection): void {
  const { code, final } = rejectionTable[rejection.reason];
  const { type: _type, reason, ...details } = rejection;
  head(writer, down.rejected);
  writer.text(requestId);
  writer.uint(code);
  writer.text(reason);
  writer.bool(final);
  writer.text(rejectionText(rejection));
  writer.value(details);
}

export function writeError(
  writer: Writer,
  requestId: string | null,
  reason: WireErrorReason,
  text: string = wireErrors[reason].text,
): void {
  head(writer, down.error);
  if (requestId === null) writer.nil();
  else writer.text(requestId);
  writer.uint(wireErrors[reason].code);
  writer.text(reason);
  writer.text(text);
}

export function writeWatching(writer: Writer, requestId: string, view: ShowView): void {
  head(writer, down.watching);
  writer.text(requestId);
  writer.text(view.show);
  writer.uint(view.seq);
  writer.text(view.phase);
  writer.binary(view.seats);
  writer.uint(view.serving);
  writer.uint(view.waiting);
  writer.uint(view.earmarked);
}

export function writePush(writer: Writer, push: Push): void {
  head(writer, down[push.type]);
  writer.text(push.show);
  switch (push.type) {
    case 'offer':
      writer.uint(push.party);
      writer.uint(push.untilMs);
      break;
    case 'waitEnded':
      writer.text(push.reason);
      break;
    case 'holdExpired':
      writer.uint(push.hold);
      break;
    case 'holdEnded':
      writer.uint(push.hold);
      writer.text(push.reason);
      break;
    case 'bookingsCancelled':
      writer.value(push.bookings);
      writer.text(push.currency);
      writer.uint(push.refund);
      writer.text(push.reason);
      break;
    default:
      writePaymentPush(writer, push);
  }
  writer.uint(push.seq);
}

type PaymentPush = Extract<
  Push,
  { type: 'paymentReady' | 'paymentFailed' | 'paid' | 'refundOwed' | 'refunded' }
>;

function writePaymentPush(writer: Writer, push: PaymentPush): void {
  writer.uint(push.payment);
  switch (push.type) {
    case 'paymentReady':
      return writer.text(push.url);
    case 'paymentFailed':
      return writer.text(push.reason);
    case 'paid':
      writer.text(push.booking);
      writer.uints(push.seats);
      writer.text(push.currency);
      writer.uints(push.prices);
      return writer.uint(sumOf(push.prices));
    case 'refundOwed':
    case 'refunded':
      writer.text(push.currency);
      writer.uint(push.amount);
      if (push.type === 'refundOwed') writer.text(push.reason);
      return;
    default:
      unreachable(push);
  }
}

export function writeMineChanged(writer: Writer, show: string): void {
  head(writer, down.mineChanged);
  writer.text(show);
}
