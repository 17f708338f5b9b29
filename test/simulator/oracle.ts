/**
 * The oracle: it hears every frame that becomes durable and every message that a gateway lets
 * out, and knows what may be told when [D1], what must be answered the same [H7], and what the
 * log says of it [F1, F2].
 */
import type { Frame } from '../../engine/shard/log-store.ts';
import { partitionOf } from '../../engine/shard/route.ts';
import type { Decision, ShowEvent } from '../../engine/show/events.ts';
import type { DownMessage, UpMessage } from '../../gateway/wire/message-types.ts';
import { Auditor } from '../../persistence/audit/auditor.ts';
import type { SeenRequest } from '../../persistence/audit/seen.ts';
import { sameBytes } from '../../persistence/bytes.ts';
import type { Kernel } from './kernel.ts';
import { LogFollower, SEAT } from './log-follower.ts';
import type { Connection } from './network.ts';

export interface Violation {
  /** Stable name of what was found. */
  readonly code: string;
  readonly text: string;
  readonly atMs: number;
}

/** What a client asked for, kept from its first sending on. */
export interface Asked {
  readonly user: string;
  readonly requestId: string;
  readonly show: string;
  readonly type: string;
  readonly message: UpMessage;
  readonly askedUs: number;
  /** What it was answered when it was accepted, and when its client heard so. */
  accepted: string | undefined;
  heardUs: number;
}

type Told<Name extends DownMessage['type']> = Extract<DownMessage, { type: Name }>;
type WithReceipt = Told<
  'held' | 'released' | 'waiting' | 'left' | 'booked' | 'cancelled' | 'paying'
>;

type Push = Told<
  | 'offer'
  | 'waitEnded'
  | 'holdExpired'
  | 'paymentReady'
  | 'paymentFailed'
  | 'paid'
  | 'refundOwed'
  | 'refunded'
>;

/** How much later a refusal decided earlier may leave, by another gateway. */
const STRAGGLER_US = 4_000_000;
const NO_SEQ = Number.MAX_SAFE_INTEGER;

export class Oracle {
  readonly follower = new LogFollower();
  readonly violations: Violation[] = [];
  /** Messages by type, refusals by reason. */
  readonly counts: Record<string, number> = {};
  /** Told of every decision that is durable. */
  onDecision: (decision: Decision) => void = () => undefined;
  readonly #kernel: Kernel;
  readonly #auditor: Auditor;
  readonly #asked = new Map<string, Asked>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#auditor = new Auditor({
      history: true,
      live: true,
      onFinding: ({ code, rule, partition, lsn, show, seq, sentence }) => {
        const where = `partition ${partition}, LSN ${lsn}, show ${show ?? '-'}, decision ${seq ?? '-'}`;
        this.violate(code, `[${rule}] ${where}: ${sentence}`);
      },
    });
  }

  violate(code: string, text: string): void {
    if (this.violations.length >= 20) return;
    this.violations.push({ code, text, atMs: Math.round(this.#kernel.nowUs / 1000) });
  }

  /** A frame is durable. */
  durable(frame: Frame): void {
    try {
      const entries = this.follower.frame(frame, this.#kernel.nowUs);
      this.#auditor.frame(frame);
      for (const entry of entries) {
        if (entry.type === 'decision') this.onDecision(entry.decision);
      }
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.violate('replica', `partition ${frame.partition}, LSN ${frame.lsn}: ${text}`);
    }
  }

  /** A client is about to send a request, for the first time or again. */
  asks(request: Omit<Asked, 'askedUs' | 'accepted' | 'heardUs'>): void {
    const key = `${request.user}|${request.requestId}`;
    if (this.#asked.has(key)) return;
    const fresh = { accepted: undefined, heardUs: Number.POSITIVE_INFINITY };
    this.#asked.set(key, { ...request, askedUs: this.#kernel.nowUs, ...fresh });
  }

  /** Its client has heard that a request was accepted. */
  heard(user: string, requestId: string): void {
    const asked = this.#asked.get(`${user}|${requestId}`);
    if (asked !== undefined) asked.heardUs = Math.min(asked.heardUs, this.#kernel.nowUs);
  }

  /** A gateway lets a message out on one connection, or (`undefined`) to all who watch a show. */
  told(message: DownMessage, to: Connection | undefined): void {
    const user = to?.user;
    const name = 'reason' in message ? `${message.type}: ${message.reason}` : message.type;
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    if (to !== undefined && ('lsn' in message || message.type === 'rejected')) {
      this.#inOrder(message, to);
    }
    if ('lsn' in message) return this.#accepted(message, user ?? '');
    switch (message.type) {
      case 'rejected':
        return this.#rejected(message, user ?? '');
      case 'watching':
        return this.#map(message);
      case 'seats':
        if (message.toSeq === NO_SEQ) return;
        this.#notAhead(message.show, message.toSeq, 'seats');
        return this.#auditor.reply({ ...message, type: 'changed' });
      case 'offer':
      case 'waitEnded':
      case 'holdExpired':
      case 'paymentReady':
      case 'paymentFailed':
      case 'paid':
      case 'refundOwed':
      case 'refunded':
        return this.#push(message, user ?? '');
      case 'phaseChanged':
        return this.#notAhead(message.show, message.seq, message.type);
      case 'mineFound':
        for (const { show, holds } of message.shows) {
          for (const { hold } of holds) this.#notAhead(show, hold, 'mine');
        }
        return;
      default:
    }
  }

  /** A client's map after it took in changes up to `seq`. */
  map(show: string, seq: number, hash: number): void {
    const right = this.follower.show(show).hashes[seq];
    if (right !== undefined && right !== hash) {
      this.violate('wrong-map', `show ${show}: a client's map at decision ${seq} is not the log's`);
    }
  }

  /** Nothing more is told; everything that was due by then must have been decided. */
  finish(nowMs: number | undefined): void {
    this.#auditor.finish(nowMs);
  }

  #inOrder({ requestId }: { readonly requestId: string }, to: Connection): void {
    const asked = this.#asked.get(`${to.user}|${requestId}`);
    if (asked === undefined || to.order.answered(asked.show, requestId)) return;
    const text = `${asked.type} ${requestId} of show ${asked.show} is answered after a later request`;
    this.violate('out-of-order', text);
  }

  #accepted(message: WithReceipt, user: string): void {
    const { show, seq, lsn, hash, timeMs, requestId } = message;
    const partition = partitionOf(show);
    const frame = this.follower.at(partition, lsn);
    const what = `${message.type} ${requestId} of show ${show}, decision ${seq}, LSN ${lsn}`;
    if (frame === undefined) return this.violate('too-early', `${what} is told and not durable`);
    if (!sameBytes(frame.hash, hash) || frame.timeMs !== timeMs) {
      return this.violate('wrong-receipt', `${what}: the log has another time or chain value`);
    }
    const decision = this.follower.show(show).decisions[seq];
    const isRight =
      decision?.user === user && decision.requestId === requestId && decision.frame.lsn === lsn;
    if (decision === undefined || !isRight) {
      return this.violate('wrong-receipt', `${what}: the log has another decision there`);
    }
    const said = signature(message);
    const logged = loggedSignature(decision);
    if (said !== logged) {
      return this.violate('wrong-answer', `${what}: ${said} is told, ${logged} is in the log`);
    }
    const asked = this.#asked.get(`${user}|${requestId}`);
    if (asked === undefined) return this.violate('unasked', `${what}: nobody asked for it`);
    const full = `${said}|${seq}|${lsn}`;
    if (asked.accepted !== undefined && asked.accepted !== full) {
      const text = `${what}: answered ${asked.accepted} before, ${full} now`;
      return this.violate('answered-differently', text);
    }
    asked.accepted = full;
    this.#auditor.reply({
      type: 'accepted',
      show,
      user,
      requestId,
      receipt: { seq, timeMs, lsn, hash },
      answer: message,
      asked: wishOf(asked),
      ...this.#times(asked),
    });
  }

  #rejected(message: Told<'rejected'>, user: string): void {
    const asked = this.#asked.get(`${user}|${message.requestId}`);
    if (asked === undefined) return;
    if (this.#kernel.nowUs - asked.heardUs > STRAGGLER_US) {
      const text = `${asked.type} ${message.requestId} of show ${asked.show} was accepted, now ${message.reason}`;
      return this.violate('forgotten', text);
    }
    const { details } = message;
    this.#auditor.reply({
      type: 'rejected',
      show: asked.show,
      user,
      requestId: message.requestId,
      reason: message.reason,
      ...(details as object),
      ...this.#times(asked),
    });
    if (message.reason !== 'seatsTaken') return;
    const show = this.follower.show(asked.show);
    const { seats } = details as { seats: readonly number[] };
    for (const seat of seats) {
      const wasTaken = show.state(seat) !== SEAT.free;
      const changed = (show.changedUs[seat] ?? 0) >= asked.askedUs;
      if (wasTaken || changed) continue;
      const text = `show ${asked.show}: seat ${seat} is said to be taken, which no durable decision says`;
      return this.violate('told-too-early', text);
    }
  }

  #map(message: Told<'watching'>): void {
    const { show, seq, phase } = message;
    const known = this.follower.show(show);
    if (seq > known.seq) return this.#notAhead(show, seq, 'watching');
    if (seq === known.seq && phase !== known.phase) {
      this.violate('wrong-map', `show ${show} is said to be ${phase}, the log has ${known.phase}`);
    }
    this.#auditor.reply({ ...message, type: 'map' });
  }

  #push(message: Push, user: string): void {
    this.#notAhead(message.show, message.seq, message.type);
    const decision = this.follower.show(message.show).decisions[message.seq];
    if (decision === undefined) return;
    this.#auditor.reply({ type: 'push', show: message.show, user, push: message });
    const found = decision.events.some((event) => tellsOf(event, message, user));
    if (found) return;
    const text = `show ${message.show}: ${user} is told ${message.type} of decision ${message.seq}, which says no such thing`;
    this.violate('wrong-push', text);
  }

  #times(asked: Asked): { readonly askedAtMs: number; readonly answeredAtMs: number } {
    return { askedAtMs: asked.askedUs / 1000, answeredAtMs: this.#kernel.nowUs / 1000 };
  }

  #notAhead(show: string, seq: number, what: string): void {
    const { seq: durable } = this.follower.show(show);
    if (seq <= durable) return;
    const text = `show ${show}: ${what} tells of decision ${seq}, only ${durable} is durable`;
    this.violate('too-early', text);
  }
}

/** What had been asked for, as the auditor wants to know it. */
function wishOf({ message }: Asked): SeenRequest {
  if (message.type === 'hold') return { type: 'seats', seats: message.seats };
  if (message.type === 'holdBest') {
    return { type: 'best', count: message.count, tier: message.tier ?? undefined };
  }
  return { type: 'other' };
}

function tellsOf(event: ShowEvent, push: Push, user: string): boolean {
  switch (push.type) {
    case 'offer':
      return event.type === 'offerMade' && event.user === user;
    case 'holdExpired':
      return event.type === 'holdExpired' && event.user === user;
    case 'waitEnded':
      return (event.type === 'waitEnded' || event.type === 'offerEnded') && event.user === user;
    case 'paid': {
      if (event.type === 'seatsBooked') return event.payment === push.payment;
      return event.type === 'holdBooked' && event.paid?.payment === push.payment;
    }
    case 'paymentReady':
      return event.type === 'paymentOpened' && event.payment === push.payment;
    default:
      return event.type === push.type && event.payment === push.payment;
  }
}

/** What an answer says was done, in one text. */
function signature(message: WithReceipt): string {
  switch (message.type) {
    case 'held': {
      const { hold, seats, prices, deadlineMs } = message;
      return `held ${hold}: ${seats.join()} for ${prices.join()} until ${deadlineMs}`;
    }
    case 'released':
      return `released ${message.hold}`;
    case 'waiting':
      return `waiting ${message.ticket} for ${message.party} until ${message.untilMs}`;
    case 'left':
      return 'left';
    case 'booked':
      return `booked ${message.booking}: ${message.seats.join()} for ${message.prices.join()}`;
    case 'paying':
      return `paying ${message.payment} for ${message.hold}: ${message.amount}`;
    default:
      return `cancelled ${message.bookings.join()}, ${message.refund} back`;
  }
}

/** What the log says of the same decision, in the same words. */
function loggedSignature(decision: Decision): string {
  const [event] = decision.events;
  switch (event?.type) {
    case 'seatsHeld':
    case 'holdChanged': {
      const { hold, seats, prices, deadlineMs } = event;
      return `held ${hold}: ${seats.join()} for ${prices.join()} until ${deadlineMs}`;
    }
    case 'holdReleased':
      return `released ${event.hold}`;
    case 'paymentStarted':
      return `paying ${event.payment} for ${event.hold}: ${event.amount}`;
    case 'waitJoined':
      return `waiting ${event.ticket} for ${event.party} until ${event.untilMs}`;
    case 'waitEnded':
    case 'offerEnded':
      return 'left';
    case 'holdBooked':
      return `booked ${event.booking}: ${event.seats.join()} for ${event.prices.join()}`;
    case 'bookingsCancelled':
      return `cancelled ${event.bookings.join()}, ${event.refund} back`;
    default:
      return event?.type ?? 'nothing';
  }
}
