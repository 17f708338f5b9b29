/**
 * Every maximum the engine keeps, in one place. A queue without a limit is a crash that waits
 * for a busy evening.
 */
export const limits = {
  /** Partitions that shows hash to; fixed for the life of a log. */
  partitions: 64,
  seatsPerShow: 100_000,
  /** Seats a request, where a show says nothing else [H2]. */
  seatsPerRequest: 10,
  /** The most that a show may allow in one request, or as one waiting party. */
  largestParty: 64,
  overtakesPerParty: 1_000,
  bookingsPerCancel: 100,
  tiersPerLayout: 16,
  discountsPerShow: 16,
  /** Accepted requests remembered a user and show, so that a retry is answered the same [H7]. */
  rememberedRequests: 32,
  /** Requests sent again that one turn answers from the log; more are "overloaded". */
  repeatsPerTurn: 64,
  /** Commands waiting in one shard's mailbox before it answers "overloaded". */
  mailbox: 131_072,
  /** Commands decided in one turn, so that pulses and watchers get their share. */
  commandsPerTurn: 1024,
  /** Commands of a turn decided before the host may do anything else. */
  commandsPerSlice: 512,
  /** Appends under way at once in one shard; further commands wait and make a fuller frame. */
  appendsInFlight: 4,
  /** Deadlines of one show acted on in one decision. */
  expiriesPerDecision: 1_024,
  showIdChars: 24,
  userIdChars: 64,
  keysPerPartner: 32,
  requestIdChars: 32,
  /** Log bytes of one partition after which a snapshot is taken. */
  snapshotAfterBytes: 8 * 1024 * 1024,
} as const;

/** Times a show uses unless it says otherwise, in milliseconds. */
export const defaults = {
  holdTtlMs: 5 * 60_000,
  offerTtlMs: 2 * 60_000,
  waitTtlMs: 60 * 60_000,
  /** How much later than shown the server acts on a deadline [H3]. */
  graceMs: 5_000,
  /** What holds and offers have left, at the least, after an outage [D2]. */
  recoveryGraceMs: 60_000,
  seatsPerUser: 10,
  /** How many later parties may overtake one that waits, where a show backfills [W2]. */
  overtakesPerParty: 10,
} as const;
