/**
 * A free port for a server that is killed and started again on it, below those that the system
 * hands out by itself. On one of those a reconnecting client can, while nobody listens, be given
 * the very port it connects to, and then talks to itself and keeps the server out.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';

const LEAST = 20_000;
const MOST = 32_000;

export async function quietPort(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = LEAST + Math.floor(Math.random() * (MOST - LEAST));
    const probe = createServer();
    const listening = once(probe, 'listening').then(
      () => true,
      () => false,
    );
    probe.listen(port, '127.0.0.1');
    const free = await listening;
    if (!free) continue;
    await new Promise((done) => probe.close(done));
    return port;
  }
  throw new Error('no free port was found');
}
