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
}

export interface SnapshotRow extends FloorRow {
  readonly checksum: Buffer;
  readonly body: Buffer;
}

/** The parameters of each are named in its tuple, in the order of its SQL. */
export interface Statements {
  readonly insertFrame: Statement<
    [id: number, epoch: number, timeMs: number, hash: Uint8Array, body: Uint8Array]
  >;
  readonly framesFrom: Statement<[fromId: number, beforeId: number, limit: number], FrameRow>;
  /** The last two of a partition, newest first. */
  readonly lastFrames: Statement<[fromId: number, beforeId: number], FrameRow>;
  readonly firstId: Statement<[fromId: number, beforeId: number], number>;
  readonly hashAndTime: Statement<[id: number], Pick<FrameRow, 'hash' | 'time_ms'>>;
  readonly deleteFrames: Statement<[fromId: number, upToId: number]>;
  readonly floor: Statement<[partition: number], FloorRow>;
  readonly setFloor: Statement<[partition: number, lsn: number, hash: Uint8Array, timeMs: number]>;
  readonly epoch: Statement<[partition: number], number>;
  readonly setEpoch: Statement<[partition: number, epoch: number]>;
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
  readonly newestSnapshot: Statement<[partition: number], SnapshotRow>;
  readonly newestSnapshotLsn: Statement<[partition: number], number | null>;
  /** Drops all but the newest two. */
  readonly dropOldSnapshots: Statement<[partition: number, samePartition: number]>;
  readonly meta: Statement<[key: string], Buffer>;
  readonly setMeta: Statement<[key: string, value: Uint8Array]>;
}

export function prepareStatements(db: Database): Statements {
  return {
    insertFrame: db.prepare<[number, number, number, Uint8Array, Uint8Array]>(
      'INSERT INTO frames (id, epoch, time_ms, hash, body) VALUES (?, ?, ?, ?, ?)',
    ),
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
      'SELECT lsn, hash, time_ms FROM floors WHERE partition = ?',
    ),
    setFloor: db.prepare<[number, number, Uint8Array, number]>(
      `INSERT INTO floors (partition, lsn, hash, time_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (partition) DO UPDATE
       SET lsn = excluded.lsn, hash = excluded.hash, time_ms = excluded.time_ms`,
    ),

    epoch: db.prepare<[number], number>('SELECT epoch FROM epochs WHERE partition = ?').pluck(),
    setEpoch: db.prepare<[number, number]>(
      `INSERT INTO epochs (partition, epoch) VALUES (?, ?)
       ON CONFLICT (partition) DO UPDATE SET epoch = excluded.epoch`,
    ),

    insertSnapshot: db.prepare<[number, number, Uint8Array, number, Uint8Array, Uint8Array]>(
      `INSERT OR REPLACE INTO snapshots (partition, lsn, hash, time_ms, checksum, body)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    newestSnapshot: db.prepare<[number], SnapshotRow>(
      `SELECT lsn, hash, time_ms, checksum, body FROM snapshots
       WHERE partition = ? ORDER BY lsn DESC LIMIT 1`,
    ),
    newestSnapshotLsn: db
      .prepare<[number], number | null>('SELECT max(lsn) FROM snapshots WHERE partition = ?')
      .pluck(),
    dropOldSnapshots: db.prepare<[number, number]>(
      `DELETE FROM snapshots WHERE partition = ? AND lsn NOT IN
       (SELECT lsn FROM snapshots WHERE partition = ? ORDER BY lsn DESC LIMIT 2)`,
    ),

    meta: db.prepare<[string], Buffer>('SELECT value FROM meta WHERE key = ?').pluck(),
    setMeta: db.prepare<[string, Uint8Array]>(
      `INSERT INTO meta (key, value) VALUES (?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    ),
  };
}
