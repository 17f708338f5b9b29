/** One measured run against a peer, from the bench's side, with the CPU time of its processes. */
import type { Children } from '../load/children.ts';
import { cpuBetween } from '../load/cpu.ts';
import type { FromPeerLoad, PeerOrder, PeerResult, ToPeerLoad } from './peer-messages.ts';
import { readTreeCpu } from './process-tree.ts';

// The bench runs compiled, so its modules are found by their compiled names.
const MODULE = new URL('./peer-process.js', import.meta.url);
/** Beyond the run itself: filling, draining, reckoning up. */
const SLACK_MS = 60_000;

export interface PeerRun extends PeerResult {
  readonly perSecond: number;
  /** Of the peer's own processes; undefined where it cannot be read. */
  readonly serverCpuUs: number | undefined;
}

/** @throws Error where the load process fails or does not finish in time. */
export async function runPeer(
  children: Children,
  order: Omit<PeerOrder, 'type'>,
  serverPid: number | undefined,
): Promise<PeerRun> {
  const child = children.fork(MODULE);
  const tell = (message: ToPeerLoad) => void child.send(message);
  const limitMs = (order.warmupSeconds + order.seconds) * 1000 + SLACK_MS;
  const timeout = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const readCpu = () => (serverPid === undefined ? undefined : readTreeCpu(serverPid));
  let before: ReturnType<typeof readCpu>;
  let after: ReturnType<typeof readCpu>;
  try {
    const ended = new Promise<never>((_resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${order.kind}: ${why}`));
      child.once('exit', (code, signal) => fail(`the load process ended with ${code ?? signal}`));
      child.once('error', ({ message }) => fail(message));
    });
    const result = new Promise<PeerResult>((resolve, reject) => {
      child.on('message', (message: FromPeerLoad) => {
        if (message.type === 'ready') tell({ type: 'go' });
        if (message.type === 'measuring') before = readCpu();
        if (message.type === 'measured') after = readCpu();
        if (message.type === 'done') resolve(message.result);
        if (message.type === 'failed') reject(new Error(`${order.kind}: ${message.reason}`));
      });
    });
    tell({ type: 'order', ...order });
    const measured = await Promise.race([result, ended]);
    const { operations, seconds } = measured;
    const serverCpuUs = cpuBetween(before, after, seconds)?.totalUs;
    return { ...measured, perSecond: operations / seconds, serverCpuUs };
  } finally {
    clearTimeout(timeout);
    await children.kill(child);
  }
}
