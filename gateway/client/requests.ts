/**
 * Requests and their answers. Three promises are kept here:
 *
 * - a request that was sent and not answered before its connection was lost is sent again with
 *   the same id, so that the server decides it once [H7];
 * - a command given while there is no connection is refused at once and never sent later: by then
 *   the seats on the screen are not the seats of the click. Questions simply wait;
 * - every request ends: answered, refused or timed out.
 */
import type { RequestId } from '../../engine/ids.ts';
import type { Down, DownMessage, UpMessage } from '../wire/message-types.ts';
import { backoffMs } from './backoff.ts';
import type { ConnectionState } from './connection.ts';
import { errorOf, retriedReasons, UsherError } from './errors.ts';

/** Requests under way at once; a program that has more is not listening to the answers. */
const MAX_PENDING = 256;
/**
 * A shard is back within a second or two; whoever asks more rarely may miss it between two
 * deaths.
 */
const RETRY_CAP_MS = 1_000;

const commands: ReadonlySet<UpMessage['type']> = new Set<UpMessage['type']>([
  'hold',
  'holdBest',
  'change',
  'release',
  'wait',
  'leave',
  'book',
  'pay',
  'cancel',
]);

/** Messages that answer a request. */
export type Answer = Extract<DownMessage, { readonly requestId: RequestId }>;

/** What requests are sent over. */
export interface Link {
  state(): ConnectionState;
  send(message: UpMessage): void;
}

interface Pending {
  readonly message: UpMessage;
  /** More than 0: it may have reached the server, and only the server can say what became of it. */
  sendings: number;
  retries: number;
  retry: ReturnType<typeof setTimeout> | undefined;
  readonly timeout: ReturnType<typeof setTimeout>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: UsherError) => void;
}

export class Requests {
  readonly #link: Link;
  readonly #timeoutMs: number;
  /** In the order asked, so that a resend keeps the order [F1]. */
  readonly #pending = new Map<RequestId, Pending>();

  constructor(link: Link, timeoutMs: number) {
    this.#link = link;
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#pending.size;
  }

  /**
   * Sends a request and gives its answer, one of the types named or a protocol error. Rejects
   * with an UsherError only.
   */
  async ask<Name extends Answer['type']>(
    message: UpMessage,
    ...answers: readonly Name[]
  ): Promise<Down<Name>> {
    const answer = await this.#enter(message);
    if (!(answers as readonly string[]).includes(answer.type)) {
      throw new UsherError('unexpectedAnswer', `${answer.type} does not answer ${message.type}`);
    }
    return answer as Down<Name>;
  }

  #enter(message: UpMessage): Promise<Answer> {
    const state = this.#link.state();
    if (state === 'closed') return Promise.reject(new UsherError('closed'));
    const mayWait = state === 'online' || state === 'connecting' || !commands.has(message.type);
    if (!mayWait) return Promise.reject(new UsherError('offline'));
    if (this.#pending.size >= MAX_PENDING) {
      return Promise.reject(new UsherError('tooManyRequests'));
    }
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        message,
        sendings: 0,
        retries: 0,
        retry: undefined,
        timeout: setTimeout(() => this.#fail(message.requestId, 'timeout'), this.#timeoutMs),
        resolve,
        reject,
      };
      this.#pending.set(message.requestId, pending);
      if (state === 'online') this.#send(pending);
    });
  }

  /**
   * Takes an answer in. True where it may be the answer to an earlier sending, and so tell of
   * something that has changed since [H7].
   */
  answered(answer: Answer): boolean {
    const pending = this.#pending.get(answer.requestId);
    if (!pending) return true;
    this.#forget(pending);
    pending.resolve(answer);
    return pending.sendings > 1 && commands.has(pending.message.type);
  }

  /** Takes a protocol error in: sent again later where that is safe, else the request fails. */
  refused(error: Down<'error'>): void {
    const isRetried = retriedReasons.has(error.reason);
    if (error.requestId === null) {
      // Some answers will never come and nobody knows whose: asking twice does no harm [H7].
      if (!isRetried) return;
      for (const pending of this.#pending.values()) if (pending.sendings > 0) this.#retry(pending);
      return;
    }
    const pending = this.#pending.get(error.requestId);
    if (!pending) return;
    if (isRetried) return this.#retry(pending);
    this.#forget(pending);
    pending.reject(errorOf(error.reason, error.text));
  }

  /** Several refusals of one sending, two shards' deaths say, are one reason to send it again. */
  #retry(pending: Pending): void {
    if (pending.retry !== undefined) return;
    pending.retries += 1;
    pending.retry = setTimeout(
      () => {
        pending.retry = undefined;
        // While the connection is away the request waits for `resumed`, as one that was sent.
        if (this.#link.state() === 'online') this.#send(pending);
      },
      backoffMs(pending.retries, RETRY_CAP_MS),
    );
  }

  /** The connection is lost: commands that never left are refused, the rest wait. */
  dropped(): void {
    for (const [id, pending] of this.#pending) {
      if (pending.sendings === 0 && commands.has(pending.message.type)) this.#fail(id, 'offline');
    }
  }

  /** A new connection is greeted: everything unanswered goes out in the order it was asked. */
  resumed(): void {
    for (const pending of this.#pending.values()) {
      if (pending.retry === undefined) this.#send(pending);
    }
  }

  /** Fails everything with `closed`. */
  close(): void {
    for (const id of [...this.#pending.keys()]) this.#fail(id, 'closed');
  }

  #send(pending: Pending): void {
    pending.sendings += 1;
    this.#link.send(pending.message);
  }

  #fail(id: RequestId, reason: 'timeout' | 'offline' | 'closed'): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#forget(pending);
    pending.reject(new UsherError(reason));
  }

  #forget(pending: Pending): void {
    clearTimeout(pending.timeout);
    clearTimeout(pending.retry);
    this.#pending.delete(pending.message.requestId);
  }
}
