/** SQLite with a plain transaction a request: durable, and one at a time. */
import Database from 'better-sqlite3';
import type { Peer, PeerPlace } from './peer.ts';

export class SqlitePeer implements Peer {
  readonly #db: Database.Database;
  readonly #hold: (show: number, seat: number, user: number) => number;
  readonly #release: (show: number, seat: number, hold: number, user: number) => boolean;

  constructor({ path, shows, seats }: PeerPlace) {
    const db = new Database(path);
    this.#db = db;
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec(`CREATE TABLE seats (
      show INTEGER, seat INTEGER, state INTEGER DEFAULT 0, holder INTEGER, hold INTEGER,
      until INTEGER, PRIMARY KEY (show, seat)) WITHOUT ROWID`);
    const insert = db.prepare('INSERT INTO seats (show, seat) VALUES (?, ?)');
    db.transaction(() => {
      for (let show = 0; show < shows; show++) {
        for (let seat = 0; seat < seats; seat++) insert.run(show, seat);
      }
    })();
    const state = db.prepare('SELECT state FROM seats WHERE show = ? AND seat = ?').pluck();
    const hold = db.prepare(
      'UPDATE seats SET state = 1, holder = ?, hold = ?, until = ? WHERE show = ? AND seat = ?',
    );
    const release = db.prepare(
      `UPDATE seats SET state = 0, holder = NULL, hold = NULL, until = NULL
       WHERE show = ? AND seat = ? AND hold = ? AND holder = ?`,
    );
    let last = 0;
    this.#hold = db.transaction((show: number, seat: number, user: number) => {
      if (state.get(show, seat) !== 0) return 0;
      hold.run(user, ++last, Date.now() + 300_000, show, seat);
      return last;
    }).immediate;
    this.#release = db.transaction((show: number, seat: number, number: number, user: number) => {
      return release.run(show, seat, number, user).changes === 1;
    }).immediate;
  }

  async hold(show: number, seat: number, user: number): Promise<number> {
    return this.#hold(show, seat, user);
  }

  async release(show: number, seat: number, hold: number, user: number): Promise<boolean> {
    return this.#release(show, seat, hold, user);
  }

  async close(): Promise<void> {
    this.#db.close();
  }
}
