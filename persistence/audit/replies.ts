/**
 * Holds what clients saw against the log: each reply when its decision is known, their order when
 * all is known.
 */
import {
  answerDiffers,
  changesDiffer,
  gotOtherSeats,
  mapDiffers,
  pushDiffers,
  receiptDiffers,
} from './answers.ts';
import { notBest } from './best-seats.ts';
import type { FindingCode } from './finding-codes.ts';
import type { PastDecision, ShowHistory } from './history.ts';
import { isOutOfOrder, placeReplies, refusalIsFalse, type TimedReply } from './order-of-replies.ts';
import type { SeenAccepted, SeenReply } from './seen.ts';

export type TellOfReply = (code: FindingCode, reply: SeenReply, sentence: string) => void;

/** What of one show was seen. */
interface Seen {
  history: ShowHistory | undefined;
  /** Replies by the decision that they wait for. */
  readonly waiting: Map<number, SeenReply[]>;
  readonly timed: TimedReply[];
}

export class Replies {
  readonly #shows = new Map<string, Seen>();
  readonly #tell: TellOfReply;
  readonly #live: boolean;
  count = 0;

  constructor(tell: TellOfReply, live: boolean) {
    this.#tell = tell;
    this.#live = live;
  }

  /** The show has been scheduled and keeps a history. */
  begin(history: ShowHistory): void {
    this.#of(history.book.id).history = history;
  }

  /** A decision has been entered into its show's history. */
  decided(show: string, seq: number): void {
    const seen = this.#shows.get(show);
    const waiting = seen?.waiting.get(seq);
    if (seen === undefined || waiting === undefined) return;
    seen.waiting.delete(seq);
    for (const reply of waiting) this.#compare(seen, reply);
  }

  take(reply: SeenReply): void {
    this.count++;
    const seen = this.#of(reply.show);
    keepTimes(seen, reply);
    const seq = seqOf(reply);
    if (seq === undefined) return;
    if (seq <= (seen.history?.last ?? 0)) return this.#compare(seen, reply);
    if (this.#live) {
      this.#tell(
        'answer-early',
        reply,
        `${named(reply)} is told before decision ${seq} is durable.`,
      );
    }
    const waiting = seen.waiting.get(seq);
    if (waiting === undefined) seen.waiting.set(seq, [reply]);
    else waiting.push(reply);
  }

  finish(): void {
    for (const seen of this.#shows.values()) {
      for (const [seq, replies] of seen.waiting) {
        for (const reply of replies) {
          this.#tell(
            'answer-lost',
            reply,
            `${named(reply)} tells of decision ${seq}, which is lost.`,
          );
        }
      }
      seen.waiting.clear();
      if (seen.history !== undefined) this.#checkOrder(seen, seen.history);
      seen.timed.length = 0;
    }
  }

  #of(show: string): Seen {
    let seen = this.#shows.get(show);
    if (seen === undefined) {
      seen = { history: undefined, waiting: new Map(), timed: [] };
      this.#shows.set(show, seen);
    }
    return seen;
  }

  #compare({ history }: Seen, reply: SeenReply): void {
    const past = history?.at(seqOf(reply) ?? 0);
    if (history === undefined || past === undefined) return;
    const tell = (code: FindingCode, difference: string | undefined) => {
      if (difference === undefined) return;
      this.#tell(code, reply, `${named(reply)}: ${difference}.`);
    };
    switch (reply.type) {
      case 'accepted':
        return this.#compareAccepted(reply, past, history, tell);
      case 'push':
        return tell('push-false', pushDiffers(reply, past));
      case 'map':
        return tell('map-false', mapDiffers(reply, past, history));
      case 'changed':
        return tell('changes-false', changesDiffer(reply, history));
      default:
    }
  }

  #compareAccepted(
    reply: SeenAccepted,
    past: PastDecision,
    history: ShowHistory,
    tell: (code: FindingCode, difference: string | undefined) => void,
  ): void {
    tell('receipt-forged', receiptDiffers(reply, past));
    if (reply.answer !== undefined) {
      tell('answer-differs', answerDiffers(reply.answer, past, history.book.terms.currency));
    }
    if (reply.asked?.type === 'seats') {
      tell('asked-otherwise', gotOtherSeats(reply.asked.seats, past));
    } else if (reply.asked?.type === 'best') {
      tell('not-best', notBest(reply.asked, past, history));
    }
  }

  #checkOrder({ timed }: Seen, history: ShowHistory): void {
    const placed = placeReplies(timed);
    const last = history.last;
    for (const reply of placed) {
      if (isOutOfOrder(reply)) {
        const known = `when it was asked, decision ${reply.after} was known already`;
        this.#tell('order-broken', reply.reply, `${named(reply.reply)}: ${known}.`);
      }
      if (reply.reply.type !== 'rejected') continue;
      const exact = reply.reply.afterSeq;
      const from = exact ?? reply.after;
      const sentence = refusalIsFalse(
        reply.reply,
        history,
        from,
        exact ?? Math.min(last, reply.until),
      );
      if (sentence !== undefined) this.#tell('refusal-false', reply.reply, sentence);
    }
  }
}

function seqOf(reply: SeenReply): number | undefined {
  switch (reply.type) {
    case 'accepted':
      return reply.receipt.seq;
    case 'push':
      return reply.push.seq;
    case 'map':
      return reply.seq;
    case 'changed':
      return reply.toSeq;
    default:
      return undefined;
  }
}

/** A refusal without times was right at some moment of the whole log, or at one that is named. */
function keepTimes(seen: Seen, reply: SeenReply): void {
  if (reply.type === 'push' || reply.type === 'changed') return;
  const { askedAtMs, answeredAtMs } = reply;
  const isTimed = askedAtMs !== undefined && answeredAtMs !== undefined;
  if (!isTimed && reply.type !== 'rejected') return;
  seen.timed.push({
    reply,
    askedAtMs: askedAtMs ?? Number.NEGATIVE_INFINITY,
    answeredAtMs: answeredAtMs ?? Number.POSITIVE_INFINITY,
    seq: seqOf(reply),
    looked: reply.type === 'map',
  });
}

function named(reply: SeenReply): string {
  switch (reply.type) {
    case 'accepted':
      return `The answer to ${reply.user}'s request ${reply.requestId}`;
    case 'push':
      return `News for ${reply.user}`;
    case 'map':
      return `The map after decision ${reply.seq}`;
    case 'changed':
      return `The changes up to decision ${reply.toSeq}`;
    default:
      return `The refusal of ${reply.user}'s request ${reply.requestId}`;
  }
}
