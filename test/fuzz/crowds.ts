/** Connections that cost by being there: idle ones, and readers that ask and never read. */
import type { ShowId } from '../../engine/ids.ts';
import { RawSocket } from '../support/raw-socket.ts';

const ASKS = 400;

export interface Crowd {
  leave(): void;
}

/** Opens connections that say nothing more. */
export async function idleCrowd(url: string, count: number): Promise<Crowd> {
  const sockets: RawSocket[] = [];
  while (sockets.length < count) {
    const some = Math.min(50, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: some }, () => RawSocket.open(url)))));
  }
  return { leave: () => sockets.forEach((socket) => void socket.cut()) };
}

/** Opens connections that ask for large answers and never take them. */
export async function deafCrowd(url: string, show: ShowId, count: number): Promise<Crowd> {
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => (await RawSocket.greeted(url)).raw),
  );
  for (const socket of sockets) {
    socket.socket.pause();
    for (let ask = 0; ask < ASKS; ask++) {
      socket.send({ type: 'show', requestId: socket.nextId(), show });
    }
  }
  return { leave: () => sockets.forEach((socket) => void socket.cut()) };
}
