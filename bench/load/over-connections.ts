/** What a durable decision costs over more and more sockets, one request in flight on each. */
import type { Growth } from '../micro/growth.ts';
import type { Progress } from '../report/progress.ts';
import type { Children } from './children.ts';
import { runHold } from './hold-run.ts';
import { inTemporaryFolder } from './temporary.ts';

const SECONDS = 2;
/** Enough seats for everybody to have some. */
const SHOWS = 2_000;

export async function overConnections(
  children: Children,
  sizes: readonly number[],
  seed: number,
  progress: Progress,
): Promise<readonly Growth[]> {
  const server: [number, number][] = [];
  const answer: [number, number][] = [];
  for (const connections of sizes) {
    const { load } = await inTemporaryFolder((folder) => {
      const time = { seconds: SECONDS, warmupSeconds: 1 };
      const where = { target: undefined, profileDirectory: undefined };
      const size = { connections, pipeline: 1, rate: 0, clients: 1, shows: SHOWS, seed };
      return runHold(children, { ...size, ...time, ...where }, progress, folder);
    });
    const { serverCpu, operations, latencies } = load;
    server.push([connections, (serverCpu?.totalUs ?? 0) / Math.max(1, operations)]);
    answer.push([connections, latencies.getValueAtPercentile(50)]);
  }
  const axis = 'connections';
  return [
    { axis, operation: 'durable decision, server CPU', follows: 'nothing', costs: server },
    // All ask at once, so each waits for those before it.
    { axis, operation: 'its answer, median', follows: 'size', costs: answer },
  ];
}
