/**
 * What the bench and a peer's load process tell each other, step by step as with the load on
 * Usher itself: order, ready, go, measuring, measured, done.
 */
export const peerKinds = ['postgres', 'postgres-textbook', 'redis', 'sqlite'] as const;
export type PeerKind = (typeof peerKinds)[number];

export interface PeerOrder {
  readonly type: 'order';
  readonly kind: PeerKind;
  /** A Unix socket, PostgreSQL's folder of it, or SQLite's file. */
  readonly place: string;
  readonly shows: number;
  readonly seatsPerShow: number;
  readonly connections: number;
  /** Requests in flight on each. */
  readonly pipeline: number;
  readonly commitDelayUs: number;
  readonly warmupSeconds: number;
  readonly seconds: number;
  readonly seed: number;
}

export interface PeerResult {
  readonly seconds: number;
  /** Holds and releases acknowledged in the measured stretch. */
  readonly operations: number;
  /** Contested seats refused in it. */
  readonly conflicts: number;
  /** Base64 HDR histogram of microseconds. */
  readonly latencies: string;
  /** Of the load process, in the measured stretch. */
  readonly cpuUs: number;
  /** Over the whole run. */
  readonly acknowledged: number;
  /** What should not happen, by name. */
  readonly errors: Readonly<Record<string, number>>;
  /** Seats acknowledged to a second holder before the first gave them back, or so by query. */
  readonly heldTwice: number;
  /** Acknowledged holds that the peer does not have at the end. */
  readonly lost: number;
  /** Holds at the end that nobody was told of. */
  readonly unknown: number;
}

export type ToPeerLoad = PeerOrder | { readonly type: 'go' };

export type FromPeerLoad =
  | { readonly type: 'ready' }
  | { readonly type: 'measuring' }
  | { readonly type: 'measured' }
  | { readonly type: 'done'; readonly result: PeerResult }
  | { readonly type: 'failed'; readonly reason: string };
