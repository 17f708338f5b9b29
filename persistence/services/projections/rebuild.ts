/** Makes the projections anew from the log, and says whether they came out the same. */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { LogFault } from '../../../engine/shard/log-store.ts';
import { LogTail, type MissedFrames, noCursors } from '../log-tail.ts';
import { beginAnew, saveCursors } from '../reader-cursors.ts';
import { type LocalDay, Projections } from './projections.ts';
import { projectionTableNames } from './tables.ts';

export interface RebuildOutcome {
  readonly frames: number;
  /** SHA-256 of all rows in the order of their keys; before is undefined where there were none. */
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * In one transaction: whoever reads meanwhile sees the old tables, and a rebuild that is cut off
 * leaves them as they were. Only for a file that no server has open, since that would wait.
 * @throws LogFault where frames are damaged or were dropped.
 */
export function rebuildProjections(
  db: Database,
  localDay: LocalDay,
  onProgress: (frames: number) => void,
): RebuildOutcome {
  const reader = new Projections(localDay);
  const rebuild = db.transaction((): RebuildOutcome => {
    const before = digestOf(db);
    reader.reset(db);
    const tail = new LogTail(db);
    let frames = 0;
    let cursors = noCursors;
    for (;;) {
      const slice = tail.read(cursors);
      const [gone] = slice.missed;
      if (gone !== undefined) throw cannotRebuild(gone);
      reader.take(slice.entries, db);
      cursors = slice.cursors;
      frames += slice.frames;
      onProgress(frames);
      if (!slice.isFull) break;
    }
    beginAnew(db, reader);
    saveCursors(db, reader.name, cursors, noCursors);
    return { frames, before, after: digestOf(db) ?? '' };
  });
  return rebuild.immediate();
}

/** What the tables hold is then all that is left of those frames. */
function cannotRebuild({ partition, from, to }: MissedFrames): LogFault {
  return new LogFault(
    'log_gap',
    `partition ${partition}: frames ${from} to ${to} were dropped from the log; the tables hold ` +
      'what they told, are left as they are and cannot be made anew',
  );
}

/** Undefined where there are no such tables yet. */
export function digestOf(db: Database): string | undefined {
  const isThere = db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').pluck();
  if (isThere.get('p_bookings') === undefined) return undefined;
  const hash = createHash('sha256');
  for (const name of projectionTableNames) {
    hash.update(`${name}\n`);
    for (const row of db.prepare(`SELECT * FROM ${name}`).raw().iterate()) {
      hash.update(`${JSON.stringify(row)}\n`);
    }
  }
  return hash.digest('hex');
}
