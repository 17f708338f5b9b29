/** A raw server of the bench's own, as a process: it says its port and does one thing. */
import type { ChildProcess } from 'node:child_process';
import type { Children } from './children.ts';

export interface RawServer {
  readonly process: ChildProcess;
  readonly port: number;
}

/** @throws Error where it ends before it listens. */
export async function startRawServer(children: Children, module: URL): Promise<RawServer> {
  const server = children.fork(module);
  const port = await new Promise<number>((resolve, reject) => {
    server.once('message', (message: { readonly port: number }) => resolve(message.port));
    server.once('exit', () => reject(new Error('a raw server did not come up')));
  });
  return { process: server, port };
}
