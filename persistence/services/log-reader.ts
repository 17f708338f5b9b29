/**
 * Readers of the durable log: whatever follows from what was decided, and can be worked out again
 * from the log alone. A reader takes entries in the order of each partition, in one transaction
 * with the place that it has come to, so that each entry counts exactly once.
 *
 *   log ─▶ tail ─▶ BEGIN · take · take … cursor · COMMIT ─▶ onCommitted
 */
import type { Database } from 'better-sqlite3';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import type { Lsn, Millis, PartitionId } from '../../engine/ids.ts';
import type { Decision } from '../../engine/show/events.ts';

/** One durable entry of the log that readers want to know of. */
export type DurableEntry = {
  readonly partition: PartitionId;
  readonly lsn: Lsn;
  readonly timeMs: Millis;
} & (
  | { readonly type: 'decision'; readonly decision: Decision }
  | { readonly type: 'catalog'; readonly event: CatalogEvent }
);

export interface LogReader {
  /** Names its cursor; never changed once released. */
  readonly name: string;
  /** Raised where its tables or their meaning change: it then begins anew from the first frame. */
  readonly version: number;
  /** Makes its tables, empty, in place of those that may be there. */
  reset(db: Database): void;
  /** Applies entries to the tables; must not fail on an entry that the engine made. */
  take(entries: readonly DurableEntry[], db: Database): void;
  /** What `take` wrote is there to stay. */
  onCommitted?(): void;
}
