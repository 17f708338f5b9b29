/** The process that loads a peer: its connections, its lanes, and what they saw. */
import type { Peer, PeerPlace } from './peer.ts';
import { loadPeers } from './peer-load.ts';
import type { FromPeerLoad, PeerOrder } from './peer-messages.ts';
import { connectPostgres, PostgresPeer, TextbookPeer } from './postgres-peer.ts';
import { RedisPeer } from './redis-peer.ts';
import { SqlitePeer } from './sqlite-peer.ts';

const say = (message: FromPeerLoad) => process.send?.(message);

async function connectPeers(place: PeerPlace, connections: number): Promise<readonly Peer[]> {
  switch (place.kind) {
    case 'sqlite': {
      // One file has one writer: all users take turns at it.
      const peer = new SqlitePeer(place);
      return Array.from({ length: connections }, () => peer);
    }
    case 'redis':
      return await Promise.all(Array.from({ length: connections }, () => RedisPeer.connect(place)));
    default: {
      const clients = await Promise.all(
        Array.from({ length: connections }, () => connectPostgres(place)),
      );
      const Kind = place.kind === 'textbook' ? TextbookPeer : PostgresPeer;
      return clients.map((client) => new Kind(client));
    }
  }
}

async function obey({ place, connections, load }: PeerOrder): Promise<void> {
  const peers = await connectPeers(place, connections);
  const result = await loadPeers(peers, {
    ...load,
    onMeasuring: () => say({ type: 'measuring' }),
    onMeasured: () => say({ type: 'measured' }),
  });
  for (const peer of new Set(peers)) await peer.close();
  process.send?.({ type: 'done', result } satisfies FromPeerLoad, () => process.exit(0));
}

process.once('message', (order: PeerOrder) => {
  obey(order).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    process.send?.({ type: 'failed', reason } satisfies FromPeerLoad, () => process.exit(1));
  });
});
// The bench is gone: so is the reason for the load.
process.on('disconnect', () => process.exit(1));
