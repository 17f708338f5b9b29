/** The log of a run gives the run's state: whole, and from a snapshot with what came after it. */
import { type Millis, partitionId, type ShowId } from '../../../../engine/ids.ts';
import { Writer } from '../../../../engine/msgpack/writer.ts';
import {
  decodeDecision,
  type Tuple,
  writeDecision,
} from '../../../../engine/shard/decision-codec.ts';
import { Partition } from '../../../../engine/shard/partition.ts';
import { decodeState, encodeState } from '../../../../engine/shard/snapshot-codec.ts';
import { UserShows } from '../../../../engine/shard/user-shows.ts';
import type { Decision } from '../../../../engine/show/events.ts';
import { extendDeadlines } from '../../../../engine/show/evolve.ts';
import { compileLayout } from '../../../../engine/show/seats/compiled-layout.ts';
import { newShow, type Show } from '../../../../engine/show/show.ts';
import { codec } from '../../../../persistence/codec.ts';
import type { Engine, Sale } from './engine.ts';

/** A decision, or the moment until which an outage put off the deadlines [D2]. */
export type LogItem = { readonly decision: Decision } | { readonly floorMs: Millis };

const writer = new Writer();

/** The bytes of a show's state, whose hash is its digest [D3]. */
export function stateBytes(show: Show): Uint8Array {
  const partition = new Partition(partitionId(0), new UserShows());
  partition.layouts.set(show.layout.layout.id, show.layout);
  partition.shows.set(show.id, show);
  return encodeState(partition, codec);
}

/** @throws Error where a replay by evolve alone leads to another state than the run's. */
export function checkReplay(
  { layout, terms }: Sale,
  log: readonly LogItem[],
  show: Show,
  { evolve }: Pick<Engine, 'evolve'>,
  snapshot: { readonly bytes: Uint8Array; readonly logged: number } | undefined,
): void {
  const bytes = stateBytes(show);
  const again = newShow(show.id, compileLayout(layout), terms, new UserShows());
  replay(again, log, evolve);
  if (!isEqual(stateBytes(again), bytes)) throw new Error('a replay gives another state [D3]');
  if (snapshot === undefined) return;
  const restored = restore(show.id, snapshot.bytes);
  replay(restored, log.slice(snapshot.logged), evolve);
  if (!isEqual(stateBytes(restored), bytes)) {
    throw new Error('a snapshot and the rest of the log give another state [D3]');
  }
}

/** Applies what was logged, as it is read back from its bytes. */
function replay(show: Show, log: readonly LogItem[], evolve: Engine['evolve']): void {
  for (const item of log) {
    if ('floorMs' in item) {
      extendDeadlines(show, item.floorMs);
    } else {
      writeDecision(writer, item.decision);
      evolve(show, decodeDecision(codec.decode(writer.take()) as Tuple, item.decision.frame));
    }
  }
}

function restore(id: ShowId, bytes: Uint8Array): Show {
  const directory = new UserShows();
  const partition = new Partition(partitionId(0), directory);
  decodeState(bytes, partition, directory, codec);
  const show = partition.shows.get(id);
  if (show === undefined) throw new Error('the snapshot has no show');
  return show;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
