/** The compiled server within this process, for tests that end its threads one by one. */
import { pino } from 'pino';
import type { startServer, UsherServer } from '../../gateway/server.ts';
import { defaultOptions, type ServerOptions } from '../../gateway/server-options.ts';
import { built } from './built.ts';

export async function startServerHere(
  options: Pick<ServerOptions, 'data'> & Partial<ServerOptions>,
): Promise<UsherServer> {
  // Its threads are files of their own, and there are such only where it is compiled.
  const file = built('gateway/server.js');
  const module = (await import(/* @vite-ignore */ file)) as { startServer: typeof startServer };
  const usual = {
    ...defaultOptions(),
    port: 0,
    demo: false,
    demoSeed: 1,
    demoDays: 1,
    crowd: 0,
    shards: 1,
    gateways: 1,
    messagesPerSecond: 0,
    maxConnections: 50_000,
    snapshotAfterKib: 8_192,
    acceptLoss: false,
    logLevel: 'silent',
  };
  return module.startServer({ ...usual, ...options }, pino({ level: 'silent' }));
}
