/**
 * PostgreSQL's best settings on this machine: how many connections, how many requests in flight
 * on each, and how long a commit waits for company, found by a short sweep.
 */
import type { Children } from '../load/children.ts';
import { deepestPipeline, planPlaces } from '../load/places.ts';
import type { PeerOrder } from './peer-messages.ts';
import { runPeer } from './run-peer.ts';

export interface PostgresSettings {
  readonly connections: number;
  readonly pipeline: number;
  readonly commitDelayUs: number;
}

export interface Swept extends PostgresSettings {
  readonly perSecond: number;
}

const connectionCounts = [16, 32, 64] as const;
/** Tried with the best count of connections: requests in flight on each, and commit delays. */
const refinements = [
  { pipeline: 2, commitDelayUs: 0 },
  { pipeline: 4, commitDelayUs: 0 },
  { pipeline: 16, commitDelayUs: 0 },
  { pipeline: 4, commitDelayUs: 50 },
  { pipeline: 4, commitDelayUs: 200 },
] as const;
export const SWEPT_RUNS = connectionCounts.length + refinements.length;

/** Each run on empty tables; the first is the best. */
export async function sweepPostgres(
  children: Children,
  order: Omit<PeerOrder, 'type' | keyof PostgresSettings>,
  serverPid: number,
): Promise<readonly Swept[]> {
  const swept: Swept[] = [];
  const measure = async (settings: PostgresSettings) => {
    if (!fits(order, settings)) return;
    const { perSecond } = await runPeer(children, { ...order, ...settings }, serverPid);
    swept.push({ ...settings, perSecond });
    swept.sort((a, b) => b.perSecond - a.perSecond);
  };
  for (const connections of connectionCounts) {
    await measure({ connections, pipeline: 1, commitDelayUs: 0 });
  }
  const connections = swept[0]?.connections ?? connectionCounts[0];
  for (const refinement of refinements) await measure({ connections, ...refinement });
  return swept;
}

/** Whether the shows have seats for so many holds at once. */
function fits(
  { shows, seatsPerShow }: Pick<PeerOrder, 'shows' | 'seatsPerShow'>,
  { connections, pipeline }: PostgresSettings,
): boolean {
  const halls = Array.from({ length: shows }, (_, id) => ({ id: String(id), seats: seatsPerShow }));
  return deepestPipeline(planPlaces(halls, connections, pipeline)) >= pipeline;
}
