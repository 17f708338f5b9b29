/** What the bench and the process that loads a peer tell each other. */
import type { PeerPlace } from './peer.ts';
import type { PeerLoadOptions, PeerLoadResult } from './peer-load.ts';

export interface PeerOrder {
  readonly place: PeerPlace;
  readonly connections: number;
  readonly load: Omit<PeerLoadOptions, 'onMeasuring' | 'onMeasured'>;
}

export type FromPeerLoad =
  | { readonly type: 'measuring' }
  | { readonly type: 'measured' }
  | { readonly type: 'done'; readonly result: PeerLoadResult }
  | { readonly type: 'failed'; readonly reason: string };
