/** Every statement of the log, prepared once and kept, with what goes in and what comes out. */
import type { Database, Statement } from 'better-sqlite3';

export interface FrameRow {
  readonly id: number;
  readonly epoch: number;
  readonly time_ms: number;
  readonly hash: Buffer;
  readonly body: Buffer;
}

export interface FloorRow {
  readonly lsn: number;
  readonly hash: Buffer;
  readonly time_ms: number;
  /** Null where something else than this program wrote the row. */
  readonly checksum: Buffer | null;
}

export interface SnapshotRow extends FloorRow {
  readonly checksum: Buffer;
  readonly body: Buffer;
}

export interface EpochRow {
  readonly epoch: number;
  readonly checksum: Buffer | null;
}

export interface MetaRow {
  readonly value: Buffer;
  readonly checksum: Buffer | null;
}

/** The frames of one transaction together; see `recent-commits.ts`. */
export interface CommitRow {
  readonly id: number;
  readonly checksum: number;
  readonly frames: Buffer;
}

/** The parameters of each are named in its tuple, in the order of its SQL. */
export interface Statements {
  readonly insertFrame: Statement<
    [id: number, epoch: number, timeMs: number, hash: Uint8Array, body: Uint8Array]
  >;
  readonly insertCommit: Statement<[id: number, checksum: number, frames: Uint8Array]>;
  readonly commits: Statement<[], CommitRow>;
  readonly deleteCommits: Statement<[]>;
  readonly framesFrom: Statement<[fromId: number, beforeId: number, limit: number], FrameRow>;
  /** The last two of a partition, newest first. */
  readonly lastFrames: Statement<[fromId: number, beforeId: number], FrameRow>;
  readonly firstId: Statement<[fromId: number, beforeId: number], number>;
  readonly hashAndTime: Statement<[id: number], Pick<FrameRow, 'hash' | 'time_ms'>>;
  readonly deleteFrames: Statement<[fromId: number, upToId: number]>;
  readonly floor: Statement<[partition: number], FloorRow>;
  readonly setFloor: Statement<
    [partition: number, lsn: number, hash: Uint8Array, timeMs: number, checksum: Uint8Array]
  >;
  readonly epoch: Statement<[partition: number], EpochRow>;
  readonly setEpoch: Statement<[partition: number, epoch: number, checksum: Uint8Array]>;
  readonly insertSnapshot: Statement<
    [
      partition: number,
      lsn: number,
      hash: Uint8Array,
      timeMs: number,
      checksum: Uint8Array,
      body: Uint8Array,
    ]
  >;
  readonly newestSnapshot: Statement<[partition: number, skip: number], SnapshotRow>;
  readonly newestSnapshotLsn: Statement<[partition: number], number | null>;
  /** Drops all but the newest two. */
  readonly dropOldSnapshots: Statement<[partition: number, samePartition: number]>;
  readonly meta: Statement<[key: string], MetaRow>;
  readonly setMeta: Statement<[key: string, value: Uint8Array, checksum: Uint8Array]>;
}

export function prepareStatements(db: Database): Statements {
  return {
    insertFrame: db.prepare<[number, number, number, Uint8Array, Uint8Array]>(
      'INSERT INTO frames (id, epoch, time_ms, hash, body) VALUES (?, ?, ?, ?, ?)',
    ),
    insertCommit: db.prepare<[number, number, Uint8Array]>(
      'INSERT INTO commits (id, checksum, frames) VALUES (?, ?, ?)',
    ),
    commits: db.prepare<[], CommitRow>('SELECT id, checksum, frames FROM commits ORDER BY id'),
    deleteCommits: db.prepare<[]>('DELETE FROM commits'),
    framesFrom: db.prepare<[number, number, number], FrameRow>(
      `SELECT id, epoch, time_ms, hash, body FROM frames
       WHERE id >= ? AND id < ? ORDER BY id LIMIT ?`,
    ),
    lastFrames: db.prepare<[number, number], FrameRow>(
      `SELECT id, epoch, time_ms, hash, body FROM frames
       WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 2`,
    ),
    firstId: db
      .prepare<[number, number], number>(
        'SELECT id FROM frames WHERE id >= ? AND id < ? ORDER BY id LIMIT 1',
      )
      .pluck(),
    hashAndTime: db.prepare<[number], Pick<FrameRow, 'hash' | 'time_ms'>>(
      'SELECT hash, time_ms FROM frames WHERE id = ?',
    ),
    deleteFrames: db.prepare<[number, number]>('DELETE FROM frames WHERE id >= ? AND id <= ?'),

    floor: db.prepare<[number], FloorRow>(
      'SELECT lsn, hash, time_ms, checksum FROM floors WHERE partition = ?',
    ),
    setFloor: db.prepare<[number, number, Uint8Array, number, Uint8Array]>(
      `INSERT INTO floors (partition, lsn, hash, time_ms, checksum) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (partition) DO UPDATE
       SET lsn = excluded.lsn, hash = excluded.hash, time_ms = excluded.time_ms,
         checksum = excluded.checksum`,
    ),

    epoch: db.prepare<[number], EpochRow>('SELECT epoch, checksum FROM epochs WHERE partition = ?'),
    setEpoch: db.prepare<[number, number, Uint8Array]>(
      `INSERT INTO epochs (partition, epoch, checksum) VALUES (?, ?, ?)
       ON CONFLICT (partition) DO UPDATE
       SET epoch = excluded.epoch, checksum = excluded.checksum`,
    ),

    insertSnapshot: db.prepare<[number, number, Uint8Array, number, Uint8Array, Uint8Array]>(
      `INSERT OR REPLACE INTO snapshots (partition, lsn, hash, time_ms, checksum, body)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    newestSnapshot: db.prepare<[number, number], SnapshotRow>(
      `SELECT lsn, hash, time_ms, checksum, body FROM snapshots
       WHERE partition = ? ORDER BY lsn DESC LIMIT 1 OFFSET ?`,
    ),
    newestSnapshotLsn: db
      .prepare<[number], number | null>('SELECT max(lsn) FROM snapshots WHERE partition = ?')
      .pluck(),
    dropOldSnapshots: db.prepare<[number, number]>(
      `DELETE FROM snapshots WHERE partition = ? AND lsn NOT IN
       (SELECT lsn FROM snapshots WHERE partition = ? ORDER BY lsn DESC LIMIT 2)`,
    ),

    meta: db.prepare<[string], MetaRow>('SELECT value, checksum FROM meta WHERE key = ?'),
    setMeta: db.prepare<[string, Uint8Array, Uint8Array]>(
      `INSERT INTO meta (key, value, checksum) VALUES (?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, checksum = excluded.checksum`,
    ),
  };
}
