/** A folder for one test's log, and a second hand in its file to damage it with. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const idsPerPartition = 2 ** 40;

export class SqlitePlace {
  readonly folder = mkdtempSync(join(tmpdir(), 'usher-log-'));
  readonly file = join(this.folder, 'usher.db');

  /** Runs on a connection of its own, as any SQLite tool could. */
  withFile<T>(work: (db: Database.Database) => T): T {
    const db = new Database(this.file);
    try {
      return work(db);
    } finally {
      db.close();
    }
  }

  flipBodyBit(partition: number, at: number): void {
    this.#flip('frames', 'id = ?', [partition * idsPerPartition + at]);
  }

  dropFrame(partition: number, at: number): void {
    const id = partition * idsPerPartition + at;
    this.withFile((db) => db.prepare('DELETE FROM frames WHERE id = ?').run(id));
  }

  flipSnapshotBit(partition: number, at: number): void {
    this.#flip('snapshots', 'partition = ? AND lsn = ?', [partition, at]);
  }

  snapshotLsns(partition: number): number[] {
    const sql = 'SELECT lsn FROM snapshots WHERE partition = ? ORDER BY lsn';
    return this.withFile((db) => db.prepare<[number], number>(sql).pluck().all(partition));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #flip(table: string, where: string, key: readonly number[]): void {
    this.withFile((db) => {
      const body = db
        .prepare(`SELECT body FROM ${table} WHERE ${where}`)
        .pluck()
        .get(...key);
      if (!(body instanceof Buffer)) throw new Error('nothing to damage');
      body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
      db.prepare(`UPDATE ${table} SET body = ? WHERE ${where}`).run(body, ...key);
    });
  }
}
