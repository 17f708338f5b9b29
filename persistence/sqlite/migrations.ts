/**
 * The schema, as numbered steps that are never edited once released: each runs in a transaction
 * of its own, and `user_version` says how many have run. A file that a later release has written
 * is refused rather than guessed at.
 */
import type { Database } from 'better-sqlite3';
import { LogFault } from '../../engine/shard/log-store.ts';
import { epochChecksum, floorChecksum, metaChecksum } from './row-checksums.ts';

/** "Ushr": marks the file as ours, for `file(1)` and against being pointed at a stranger's. */
export const applicationId = 0x55736872;

/** Room for LSNs below a partition's number in `frames.id`: a single b-tree, no second index. */
export const idsPerPartition = 2 ** 40;

/** A step is SQL, or SQL and what SQL cannot say. */
type Migration = string | ((db: Database) => void);

const migrations: readonly Migration[] = [
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
  addChecksums,
  `
  CREATE TABLE commits (
    id INTEGER PRIMARY KEY,
    checksum INTEGER NOT NULL,
    frames BLOB NOT NULL
  ) STRICT;
  `,
];

/** Frames are proved by their chain and snapshots by their checksum; now the rest is, too [D4]. */
function addChecksums(db: Database): void {
  for (const table of ['meta', 'epochs', 'floors']) {
    db.exec(`ALTER TABLE ${table} ADD COLUMN checksum BLOB`);
  }
  const settings = db.prepare<[], { key: string; value: Buffer }>('SELECT key, value FROM meta');
  const guardSetting = db.prepare('UPDATE meta SET checksum = ? WHERE key = ?');
  for (const { key, value } of settings.all()) guardSetting.run(metaChecksum(key, value), key);
  const epochs = db.prepare<[], { partition: number; epoch: number }>(
    'SELECT partition, epoch FROM epochs',
  );
  const guardEpoch = db.prepare('UPDATE epochs SET checksum = ? WHERE partition = ?');
  for (const { partition, epoch } of epochs.all()) {
    guardEpoch.run(epochChecksum(partition, epoch), partition);
  }
  const floors = db.prepare<[], { partition: number; lsn: number; hash: Buffer; time_ms: number }>(
    'SELECT partition, lsn, hash, time_ms FROM floors',
  );
  const guardFloor = db.prepare('UPDATE floors SET checksum = ? WHERE partition = ?');
  for (const { partition, lsn, hash, time_ms } of floors.all()) {
    guardFloor.run(floorChecksum(partition, lsn, hash, time_ms), partition);
  }
}

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

/** Brings the schema up to date, or up to `target`; an empty file becomes a log. */
export function migrate(db: Database, target = newestVersion): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  for (const [index, step] of migrations.entries()) {
    if (index < version || index >= target) continue;
    db.transaction(() => {
      if (typeof step === 'string') db.exec(step);
      else step(db);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  }
}
