/**
 * Recovery: snapshot, then every frame after it, then the marker that makes the new owner known.
 * Nothing is decided before all of it has been read and its chain has held [D2, D4].
 */
import { type Lsn, lsn, type Millis, millis, type PartitionId } from '../ids.ts';
import type { UserDirectory } from '../show/show.ts';
import type { EngineHost } from './host.ts';
import {
  type Frame,
  LogFault,
  type LogStore,
  type OpenedPartition,
  type Snapshot,
} from './log-store.ts';
import { Partition } from './partition.ts';
import { decodeState } from './snapshot-codec.ts';

const FRAMES_PER_READ = 256;
/** Of each partition, so says the log store's contract. */
const SNAPSHOTS_KEPT = 2;

export interface RecoveryOptions {
  /** What holds and offers have left, at the least, after an outage [D2]. */
  readonly recoveryGraceMs: number;
  /** Told of damage that could be got over. */
  readonly onWarning: (text: string) => void;
}

/**
 * Rebuilds the partitions from the log and takes them over. `onWarning` is told of a damaged
 * snapshot that could be done without. @throws LogFault, naming the frame.
 */
export async function recoverPartitions(
  log: LogStore,
  ids: readonly PartitionId[],
  host: EngineHost,
  directory: UserDirectory,
  { recoveryGraceMs, onWarning }: RecoveryOptions,
): Promise<readonly Partition[]> {
  const opened = await log.open(ids);
  const partitions: Partition[] = [];
  // The log reads ahead, the next partition's beginning included: it has a thread of its own.
  let upcoming = beginOf(log, opened[0], onWarning);
  for (const [index, each] of opened.entries()) {
    const begun = await upcoming;
    upcoming = beginOf(log, opened[index + 1], onWarning);
    partitions.push(await recoverOne(log, each, begun, host, directory, onWarning));
  }
  await announce(log, partitions, host, recoveryGraceMs);
  return partitions;
}

/** Where a partition's recovery begins: its snapshot, and the frames that follow it. */
interface Beginning {
  readonly snapshot: Snapshot | undefined;
  readonly frames: Promise<readonly Frame[]> | undefined;
}

function beginOf(
  log: LogStore,
  opened: OpenedPartition | undefined,
  onWarning: (text: string) => void,
): Promise<Beginning> {
  const begin = async (): Promise<Beginning> => {
    if (opened === undefined) return { snapshot: undefined, frames: undefined };
    const { partition, lastLsn } = opened;
    const snapshot = await soundSnapshot(log, partition, onWarning);
    const frames = readAhead(log, partition, lsn((snapshot?.lsn ?? 0) + 1), lastLsn);
    return { snapshot, frames };
  };
  return unheard(begin());
}

/** Undefined where there is nothing more. */
function readAhead(
  log: LogStore,
  partition: PartitionId,
  from: Lsn,
  last: Lsn,
): Promise<readonly Frame[]> | undefined {
  return from > last ? undefined : unheard(log.read(partition, from, FRAMES_PER_READ));
}

/** A failure counts once it is awaited; whoever fails before that must not be hidden by it. */
function unheard<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}

async function recoverOne(
  log: LogStore,
  opened: OpenedPartition,
  { snapshot, frames }: Beginning,
  host: EngineHost,
  directory: UserDirectory,
  onWarning: (text: string) => void,
): Promise<Partition> {
  const partition = new Partition(opened.partition, directory);
  let first = frames;
  if (snapshot !== undefined) {
    if (decodeState(snapshot.body, partition, directory, host.codec)) partition.resumeAt(snapshot);
    else {
      onWarning(`partition ${opened.partition}: its snapshot is of an earlier version, not used`);
      first = readAhead(log, opened.partition, lsn(1), opened.lastLsn);
    }
  }
  await replayFrom(log, partition, first, opened.lastLsn, host);
  partition.own(opened);
  return partition;
}

/**
 * The newest snapshot that is sound; undefined where the frames must do. A snapshot only saves
 * time, so a damaged one is told of and done without, unless the frames it stood for are gone.
 * @throws LogFault `snapshot_damaged`, naming what is missing.
 */
async function soundSnapshot(
  log: LogStore,
  partition: PartitionId,
  onWarning: (text: string) => void,
): Promise<Snapshot | undefined> {
  const damaged: string[] = [];
  for (let skip = 0; ; skip++) {
    try {
      const snapshot = skip < SNAPSHOTS_KEPT ? await log.loadSnapshot(partition, skip) : undefined;
      if (damaged.length === 0) return snapshot;
      await log.read(partition, lsn((snapshot?.lsn ?? 0) + 1), 1);
      const from = snapshot === undefined ? 'the first frame' : `the snapshot of ${snapshot.lsn}`;
      onWarning(`${damaged.join('; ')}; recovered from ${from} instead`);
      return snapshot;
    } catch (error) {
      if (!(error instanceof LogFault)) throw error;
      if (error.code === 'snapshot_damaged') damaged.push(error.message);
      else throw damaged.length === 0 ? error : lost(damaged, error);
    }
  }
}

const lost = (damaged: readonly string[], error: LogFault): LogFault =>
  new LogFault(
    'snapshot_damaged',
    `${damaged.join('; ')}; nor do frames make up for it: ${error.message}`,
  );

async function replayFrom(
  log: LogStore,
  partition: Partition,
  first: Promise<readonly Frame[]> | undefined,
  last: Lsn,
  host: EngineHost,
): Promise<void> {
  for (let next = first; partition.lastLsn < last; ) {
    const frames = (await next) ?? [];
    const end = frames.at(-1);
    if (end === undefined) {
      const missing = partition.lastLsn + 1;
      throw new LogFault('log_gap', `partition ${partition.id}: frame ${missing} is missing`);
    }
    next = readAhead(log, partition.id, lsn(end.lsn + 1), last);
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
