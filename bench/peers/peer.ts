/** What a peer can do: the two decisions that are compared, each durable before it is answered. */

export interface Peer {
  /** The hold's number; 0 where the seat is taken. */
  hold(show: number, seat: number, user: number): Promise<number>;
  /** Whether the hold was there. */
  release(show: number, seat: number, hold: number, user: number): Promise<boolean>;
  close(): Promise<void>;
}

export const peerKinds = ['postgres', 'textbook', 'redis', 'sqlite'] as const;
export type PeerKind = (typeof peerKinds)[number];

/** Where a peer's server is, and what it is to hold seats of. */
export interface PeerPlace {
  readonly kind: PeerKind;
  /** A socket's folder, or a file. */
  readonly path: string;
  readonly port: number;
  readonly shows: number;
  readonly seats: number;
}
