/** What clients of the HTTP twin may keep waiting in a gateway. */
export const twinLimits = {
  /** Lines of one gateway; they count as connections too. */
  lines: 20_000,
  /** Lines of one session in one gateway: a tab each. Beyond it the longest idle one is closed. */
  linesPerSession: 8,
  /** A line that nobody asked anything of for so long is closed. */
  idleMs: 60_000,
  /** News kept for a line until its client asks; beyond it the oldest go and it must resync. */
  newsKept: 512,
  newsKeptBytes: 262_144,
  /** Requests of a line that wait for their answers. */
  waiting: 64,
  /** Messages in one request. */
  messagesAtOnce: 32,
  /** A request that is not answered by then is to be sent again with its id. */
  answerWithinMs: 15_000,
  longestPollS: 25,
} as const;
