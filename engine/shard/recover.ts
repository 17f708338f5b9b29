/**
 * Recovery: snapshot, then every frame after it, then the marker that makes the new owner known.
 * Nothing is decided before all of it has been read and its chain has held [D2, D4].
 */
import { type Lsn, lsn, type Millis, millis, type PartitionId } from '../ids.ts';
import type { UserDirectory } from '../show/show.ts';
import type { EngineHost } from './host.ts';
import { LogFault, type LogStore, type OpenedPartition } from './log-store.ts';
import { Partition } from './partition.ts';
import { decodeState } from './snapshot-codec.ts';

const FRAMES_PER_READ = 256;

/** Rebuilds the partitions from the log and takes them over. @throws LogFault, naming the frame. */
export async function recoverPartitions(
  log: LogStore,
  ids: readonly PartitionId[],
  host: EngineHost,
  directory: UserDirectory,
  recoveryGraceMs: number,
): Promise<readonly Partition[]> {
  const opened = await log.open(ids);
  const partitions: Partition[] = [];
  for (const each of opened) partitions.push(await recoverOne(log, each, host, directory));
  await announce(log, partitions, host, recoveryGraceMs);
  return partitions;
}

async function recoverOne(
  log: LogStore,
  opened: OpenedPartition,
  host: EngineHost,
  directory: UserDirectory,
): Promise<Partition> {
  const partition = new Partition(opened.partition, directory);
  const snapshot = await log.loadSnapshot(opened.partition);
  if (snapshot !== undefined) {
    decodeState(snapshot.body, partition, directory, host.codec);
    partition.resumeAt(snapshot);
  }
  await replayFrom(log, partition, opened.lastLsn, host);
  partition.own(opened);
  return partition;
}

async function replayFrom(
  log: LogStore,
  partition: Partition,
  last: Lsn,
  host: EngineHost,
): Promise<void> {
  while (partition.lastLsn < last) {
    const frames = await log.read(partition.id, lsn(partition.lastLsn + 1), FRAMES_PER_READ);
    if (frames.length === 0) {
      const missing = partition.lastLsn + 1;
      throw new LogFault('log_gap', `partition ${partition.id}: frame ${missing} is missing`);
    }
    for (const frame of frames) partition.replay(frame, host.codec);
  }
}

/**
 * Writes the marker frames: from here on this owner's epoch is the one in the log, and every hold
 * and offer that is there has a little time left, for nobody could act during the outage [D2].
 */
async function announce(
  log: LogStore,
  partitions: readonly Partition[],
  host: EngineHost,
  recoveryGraceMs: number,
): Promise<void> {
  const frames = partitions.flatMap((partition) => {
    const nowMs = laterOf(host.clock.now(), partition.lastTimeMs);
    partition.frameAt(nowMs);
    const floorMs = millis(nowMs + recoveryGraceMs);
    partition.record({ type: 'epochOpened', floorMs });
    const frame = partition.seal(host.hasher);
    return frame === undefined ? [] : [frame];
  });
  const outcome = await log.append(frames);
  if (outcome.type !== 'durable') {
    throw new LogFault('log_io', `the partitions could not be taken over: ${outcome.reason}`);
  }
}

export function laterOf(a: Millis, b: Millis): Millis {
  return a > b ? a : b;
}
