/** What the bench and the process of PostgreSQL's crowd tell each other. */

export interface PeerCrowdOrder {
  /** The folder of PostgreSQL's socket. */
  readonly socket: string;
  readonly contenders: number;
  readonly seats: number;
  readonly connections: number;
  readonly mostSeconds: number;
  readonly seed: number;
}

export interface PeerCrowdResult {
  /** From the rush to the last booking. */
  readonly soldOutSeconds: number;
  readonly seconds: number;
  readonly calls: number;
  /** Parties that have booked, and seats. */
  readonly parties: number;
  readonly booked: number;
  readonly unfinished: number;
  /** Base64 HDR histogram of microseconds, the wait for a connection included. */
  readonly latencies: string;
  readonly faults: { readonly unowned: number; readonly overtakings: number };
}

export type FromPeerCrowd =
  | { readonly type: 'done'; readonly result: PeerCrowdResult }
  | { readonly type: 'failed'; readonly reason: string };
