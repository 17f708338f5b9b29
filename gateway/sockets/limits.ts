/** What one connection may ask of a gateway. */
export const socketLimits = {
  messageBytes: 2_048,
  /** Beyond this the connection is closed without an answer. */
  messageBytesHard: 16_384,
  /** Sent but not taken by a slow reader; beyond it the reader is dropped, never its messages. */
  backpressureBytes: 1_048_576,
  /** The same over all connections of a gateway. */
  gatewayBackpressureBytes: 67_108_864,
  idleSeconds: 120,
  watchedShows: 32,
  /** `mine` requests of one gateway waiting for the shards. */
  gathering: 10_000,
} as const;
