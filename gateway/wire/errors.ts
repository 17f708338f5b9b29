/**
 * What can go wrong before a rule is even asked: stable numbers and names. The connection lives
 * on after each of these, except where `closes` says otherwise.
 */
export const wireErrors = {
  malformed: { code: 501, closes: false, text: 'This is not a message of this protocol.' },
  unknownMessage: { code: 502, closes: false, text: 'There is no message with this code or type.' },
  invalidField: { code: 503, closes: false, text: 'A field has a wrong type or value.' },
  helloFirst: { code: 504, closes: false, text: 'Say hello first.' },
  /** The connection is closed only where a message is more than eight times too large. */
  tooLarge: { code: 505, closes: false, text: 'Messages may have at most 2 KiB.' },
  rateLimited: { code: 506, closes: true, text: 'Too many messages; slow down and reconnect.' },
  overloaded: { code: 507, closes: false, text: 'Too busy just now; send it again in a moment.' },
  logUnavailable: {
    code: 508,
    closes: false,
    text: 'Decisions cannot be recorded just now, so nothing is confirmed. Ask again with the same request id.',
  },
  shardUnavailable: {
    code: 509,
    closes: false,
    text: 'This show is being recovered. Ask again with the same request id in a moment.',
  },
  shuttingDown: { code: 510, closes: false, text: 'The server is restarting; reconnect shortly.' },
  notFound: { code: 511, closes: false, text: 'There is nothing by that name.' },
  alreadyGreeted: { code: 512, closes: false, text: 'This connection has said hello already.' },
  tooManyWatched: { code: 513, closes: false, text: 'Unwatch a show before watching another.' },
} as const;

export type WireErrorReason = keyof typeof wireErrors;
