/**
 * Reads the frames out of a server's SQLite file, straight from the table, so that nothing the
 * server's own reading code believes can colour the sweep.
 */
import Database from 'better-sqlite3';

/** One row of the log. */
export interface LogFrame {
  readonly partition: number;
  readonly lsn: number;
  readonly epoch: number;
  readonly timeMs: number;
  readonly hash: Uint8Array;
  readonly body: Uint8Array;
}

/** A frame's id is its partition × 2^40 + its LSN. */
const LSN_RANGE = 2 ** 40;

interface Row {
  readonly id: number;
  readonly epoch: number;
  readonly time_ms: number;
  readonly hash: Buffer;
  readonly body: Buffer;
}

/**
 * All frames, partition by partition, each in the order of its LSNs.
 * @throws SqliteError where the file is not a readable log.
 */
export function* readLogFile(path: string): Generator<LogFrame> {
  // Not `readonly`: a server that was killed leaves a write-ahead log that has to be taken in.
  const database = new Database(path, { fileMustExist: true });
  try {
    const statement = database.prepare<[], Row>(
      'SELECT id, epoch, time_ms, hash, body FROM frames ORDER BY id',
    );
    for (const { id, epoch, time_ms: timeMs, hash, body } of statement.iterate()) {
      const partition = Math.floor(id / LSN_RANGE);
      yield { partition, lsn: id % LSN_RANGE, epoch, timeMs, hash, body };
    }
  } finally {
    database.close();
  }
}
