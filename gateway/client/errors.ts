/**
 * What a client's request can fail with. A rule's refusal is no failure: it comes back as a
 * `rejected` message. This is for requests that were not understood, not served or not answered.
 */
import { type WireErrorReason, wireErrors } from '../wire/errors.ts';

/** Failures found on this side of the wire, numbered after the server's. */
export const clientErrors = {
  offline: { code: 601, text: 'There is no connection just now, so nothing was sent.' },
  timeout: { code: 602, text: 'No answer came in time; whether it was done is not known.' },
  closed: { code: 603, text: 'This client was closed.' },
  tooManyRequests: { code: 604, text: 'Too many requests of this client await an answer.' },
  unexpectedAnswer: { code: 605, text: 'The server gave an answer that does not fit.' },
} as const;

export type UsherErrorReason = WireErrorReason | keyof typeof clientErrors;

export class UsherError extends Error {
  override readonly name = 'UsherError';
  readonly reason: UsherErrorReason;
  /** The reason's stable number: 5xx from the server, 6xx from this side. */
  readonly code: number;

  constructor(reason: UsherErrorReason, text?: string) {
    const known = reason in wireErrors ? wireErrors[reason as WireErrorReason] : undefined;
    const own = clientErrors[reason as keyof typeof clientErrors] ?? clientErrors.unexpectedAnswer;
    super(text ?? known?.text ?? own.text);
    this.reason = reason;
    this.code = known?.code ?? own.code;
  }
}

/** Reasons after which the same request may simply be sent again with the same id [H7]. */
export const retriedReasons: ReadonlySet<string> = new Set<UsherErrorReason>([
  'shardUnavailable',
  'overloaded',
  'logUnavailable',
  'shuttingDown',
]);

/** The error that an `error` message of the server stands for. */
export function errorOf(reason: string, text: string): UsherError {
  if (reason in wireErrors) return new UsherError(reason as WireErrorReason, text);
  return new UsherError('unexpectedAnswer', text);
}
