/**
 * A line: one client of HTTP as the gateway sees it, a connection like any other. What answers a
 * request goes to whoever sent it; what nobody asked for is kept until the client polls.
 */
import type { Connection, Socket } from '../../sockets/connections.ts';
import { wireErrors } from '../../wire/errors.ts';
import { News, type NewsFound } from './news.ts';
import type { Topics } from './topics.ts';
import { twinLimits } from './twin-limits.ts';

interface Head {
  readonly type: string;
  /** Left out of an error that is about no request in particular, and of what is pushed. */
  readonly requestId?: string | null;
}

type Resolve = (answer: string) => void;

export interface Answered {
  /** JSON. */
  readonly text: string;
  /** How many news there were before it: the socket would have given them first. */
  readonly news: number;
}

interface Poll {
  readonly since: number;
  readonly resolve: (news: NewsFound) => void;
  readonly timer: NodeJS.Timeout;
}

export interface LineParts {
  readonly id: string;
  readonly topics: Topics;
  /** The gateway is to forget the connection. */
  readonly onEnd: (line: Line) => void;
}

export class Line implements Socket {
  readonly id: string;
  connection: Connection | undefined;
  usedAtMs = performance.now();
  /** Nothing has been asked of it yet, so whoever thinks to know it has missed something. */
  isNew = true;
  isOver = false;
  /** Ended for sending too much. */
  isFlooded = false;
  readonly #parts: LineParts;
  readonly #news = new News();
  readonly #subscribed = new Set<string>();
  /** By request id; the same request may be asked twice at once. */
  readonly #waiting = new Map<string, Resolve[]>();
  #waitingCount = 0;
  /** Takes an answer that names no request while one is being handed in. */
  #handingIn: Resolve | undefined;
  #poll: Poll | undefined;

  constructor(parts: LineParts) {
    this.id = parts.id;
    this.#parts = parts;
  }

  get isIdle(): boolean {
    return this.#poll === undefined && this.#waitingCount === 0;
  }

  /** How far the news have come. */
  get last(): number {
    return this.#news.last;
  }

  // What a gateway does with a socket.

  send(message: string | Uint8Array): unknown {
    const text = typeof message === 'string' ? message : Buffer.from(message).toString();
    const { type, requestId } = JSON.parse(text) as Head;
    if (typeof requestId === 'string') this.#answer(requestId, text);
    else if (type === 'error') this.#answerAll(text);
    else this.#tell(text);
    return 1;
  }

  cork(work: () => void): void {
    work();
  }

  subscribe(topic: string): void {
    this.#subscribed.add(topic);
    this.#parts.topics.subscribe(topic, this);
  }

  unsubscribe(topic: string): void {
    this.#subscribed.delete(topic);
    this.#parts.topics.unsubscribe(topic, this);
  }

  end(code?: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.isFlooded = code === 1008;
    for (const topic of this.#subscribed) this.#parts.topics.unsubscribe(topic, this);
    this.#handingIn = undefined;
    this.#answerAll(errorText(null, this.isFlooded ? 'rateLimited' : 'shuttingDown'));
    this.#endPoll();
    this.#parts.onEnd(this);
  }

  close(): void {
    this.end();
  }

  /** News are bounded one line at a time, and do not wait in a socket. */
  getBufferedAmount(): number {
    return 0;
  }

  // What its client does.

  /** Hands a message in and gives its answer. */
  ask(requestId: string | undefined, handIn: () => void): Promise<Answered> {
    this.usedAtMs = performance.now();
    if (this.#waitingCount >= twinLimits.waiting) {
      const text = errorText(requestId ?? null, 'overloaded');
      return Promise.resolve({ text, news: this.last });
    }
    return new Promise((resolve) => {
      let isDone = false;
      this.#waitingCount++;
      const answered: Resolve = (answer) => {
        if (isDone) return;
        isDone = true;
        this.#waitingCount--;
        clearTimeout(late);
        if (requestId !== undefined) this.#forget(requestId, answered);
        resolve({ text: answer, news: this.last });
      };
      const late = setTimeout(() => {
        answered(errorText(requestId ?? null, 'overloaded'));
      }, twinLimits.answerWithinMs);
      if (requestId !== undefined) {
        const others = this.#waiting.get(requestId);
        if (others === undefined) this.#waiting.set(requestId, [answered]);
        else others.push(answered);
      }
      this.#handingIn = (text) => {
        const facts = JSON.parse(text) as object;
        answered(JSON.stringify({ ...facts, requestId: requestId ?? null }));
      };
      handIn();
      this.#handingIn = undefined;
      // Nothing can answer a message without an id any more.
      if (requestId === undefined) answered(errorText(null, 'malformed'));
    });
  }

  /** News after number `since`, at once where there are any, else when some come. */
  poll(since: number, waitMs: number): Promise<NewsFound> {
    this.usedAtMs = performance.now();
    this.#endPoll();
    const found = this.#news.after(since);
    if (found.resync || found.messages.length > 0 || waitMs === 0 || this.isOver) {
      return Promise.resolve(found);
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#endPoll(), waitMs);
      this.#poll = { since, resolve, timer };
    });
  }

  #tell(text: string): void {
    this.#news.add(text);
    // A moment later, so that what is told together arrives together.
    if (this.#poll !== undefined) setImmediate(() => this.#endPoll());
  }

  #endPoll(): void {
    const poll = this.#poll;
    if (poll === undefined) return;
    this.#poll = undefined;
    clearTimeout(poll.timer);
    this.usedAtMs = performance.now();
    poll.resolve(this.#news.after(poll.since));
  }

  #answer(requestId: string, text: string): void {
    const waiting = this.#waiting.get(requestId);
    if (waiting === undefined) return;
    for (const resolve of [...waiting]) resolve(text);
  }

  /** No request is named: it is about the one being handed in, else about all under way. */
  #answerAll(text: string): void {
    if (this.#handingIn !== undefined) return this.#handingIn(text);
    const facts = JSON.parse(text) as object;
    for (const [requestId, waiting] of [...this.#waiting]) {
      const named = JSON.stringify({ ...facts, requestId });
      for (const resolve of [...waiting]) resolve(named);
    }
  }

  #forget(requestId: string, resolve: Resolve): void {
    const left = this.#waiting.get(requestId)?.filter((each) => each !== resolve) ?? [];
    if (left.length === 0) this.#waiting.delete(requestId);
    else this.#waiting.set(requestId, left);
  }
}

export function errorText(requestId: string | null, reason: keyof typeof wireErrors): string {
  const { code, text } = wireErrors[reason];
  return JSON.stringify({ type: 'error', requestId, code, reason, text });
}
