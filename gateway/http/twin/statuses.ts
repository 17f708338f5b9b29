/** HTTP's own word for what a message of the wire says, for clients that look at the status. */
import type { WireErrorReason } from '../../wire/errors.ts';

const ofErrors: Readonly<Record<WireErrorReason, number>> = {
  malformed: 400,
  unknownMessage: 400,
  invalidField: 400,
  helloFirst: 400,
  tooLarge: 413,
  rateLimited: 429,
  overloaded: 503,
  logUnavailable: 503,
  shardUnavailable: 503,
  shuttingDown: 503,
  notFound: 404,
  alreadyGreeted: 409,
  tooManyWatched: 409,
};

const others: Readonly<Record<string, number>> = ofErrors;

/** 200 for an answer, 409 where a rule refused, and what fits of an error. */
export function statusOf(answer: { readonly type: string; readonly reason?: unknown }): number {
  if (answer.type === 'rejected') return 409;
  if (answer.type !== 'error') return 200;
  return others[String(answer.reason)] ?? 500;
}
