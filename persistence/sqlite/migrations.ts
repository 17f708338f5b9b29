/**
 * The schema, as numbered steps that are never edited once released: each runs in a transaction
 * of its own, and `user_version` says how many have run. A file that a later release has written
 * is refused rather than guessed at.
 */
import type { Database } from 'better-sqlite3';
import { LogFault } from '../../engine/shard/log-store.ts';

/** "Ushr": marks the file as ours, for `file(1)` and against being pointed at a stranger's. */
export const applicationId = 0x55736872;

/** Room for LSNs below a partition's number in `frames.id`: a single b-tree, no second index. */
export const idsPerPartition = 2 ** 40;

const migrations: readonly string[] = [
  `
  CREATE TABLE frames (
    id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL
  ) STRICT;

  CREATE VIEW log AS
    SELECT
      id >> 40 AS partition,
      id & 1099511627775 AS lsn,
      epoch,
      time_ms,
      strftime('%Y-%m-%dT%H:%M:%fZ', time_ms / 1000.0, 'unixepoch') AS time,
      lower(hex(hash)) AS hash,
      length(body) AS bytes,
      body
    FROM frames;

  CREATE TABLE epochs (
    partition INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE floors (
    partition INTEGER PRIMARY KEY,
    lsn INTEGER NOT NULL,
    hash BLOB NOT NULL,
    time_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE snapshots (
    partition INTEGER NOT NULL,
    lsn INTEGER NOT NULL,
    hash BLOB NOT NULL,
    time_ms INTEGER NOT NULL,
    checksum BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (partition, lsn)
  ) STRICT;

  CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
  ) STRICT;
  `,
];

export const newestVersion = migrations.length;

/**
 * Refuses a file that is not ours or too new, changing nothing in it.
 * @throws LogFault `log_io` for another program's file, `log_newer_version`.
 */
export function assertOurs(db: Database, file: string): void {
  const id = db.pragma('application_id', { simple: true });
  const version = Number(db.pragma('user_version', { simple: true }));
  const objects = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
  const empty = id === 0 && version === 0 && objects === 0;
  if (!empty && id !== applicationId) {
    throw new LogFault('log_io', `${file} is a database of another program, not an Usher log`);
  }
  if (version > newestVersion) {
    throw new LogFault(
      'log_newer_version',
      `${file} was written by a later release: its schema is ${version}, this release knows ` +
        `up to ${newestVersion}`,
    );
  }
}

/** Brings the schema up to date; an empty file becomes a log. */
export function migrate(db: Database): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  }
}
