/** Loads one peer from a process of its own, and takes its server's CPU time meanwhile. */
import { once } from 'node:events';
import type { Children } from '../load/children.ts';
import { readTreeUs } from '../load/cpu.ts';
import type { PeerLoadResult } from './peer-load.ts';
import type { FromPeerLoad, PeerOrder } from './peer-messages.ts';

const PROCESS = new URL('./peer-process.js', import.meta.url);

export interface PeerRun extends PeerLoadResult {
  /** Of the peer's own processes; the load's own where the peer is a library. */
  readonly serverUs: number;
}

/** `serverPid` is undefined for a peer that runs within the load's process. */
export async function runPeer(
  children: Children,
  order: PeerOrder,
  serverPid: number | undefined,
): Promise<PeerRun> {
  const child = children.fork(PROCESS);
  const exited = once(child, 'exit');
  const treeUs = () => (serverPid === undefined ? 0 : readTreeUs(serverPid));
  try {
    return await new Promise((resolve, reject) => {
      let serverUs = 0;
      void exited.then(() => reject(new Error("a peer's load ended too early")));
      child.on('message', (message: FromPeerLoad) => {
        if (message.type === 'failed') reject(new Error(message.reason));
        else if (message.type === 'measuring') serverUs = -treeUs();
        else if (message.type === 'measured') serverUs += treeUs();
        else {
          const { result } = message;
          const ownUs = serverPid === undefined ? result.cpuUs : serverUs;
          resolve({ ...result, serverUs: ownUs });
        }
      });
      child.send(order);
    });
  } finally {
    await children.kill(child);
  }
}
