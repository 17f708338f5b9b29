/**
 * SQLite with a plain transaction a request, as a small server would have it: WAL, synchronous,
 * every commit on the disk before the answer. It runs in the load process itself, as an embedded
 * database does, so that process's CPU time is the peer's.
 */
import Database from 'better-sqlite3';
import type { Answered, HeldSeat, PeerClient, PeerPlace } from './peer-client.ts';
import { HOLD_TTL_MS } from './peer-client.ts';

const SCHEMA = `
CREATE TABLE seats (
  show INTEGER NOT NULL,
  seat INTEGER NOT NULL,
  hold INTEGER NOT NULL DEFAULT 0,
  holder INTEGER NOT NULL DEFAULT 0,
  until INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (show, seat)
) WITHOUT ROWID;
`;
const FILL = `
WITH RECURSIVE
  show (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM show WHERE n + 1 < @shows),
  seat (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM seat WHERE n + 1 < @seats)
INSERT INTO seats (show, seat) SELECT show.n, seat.n FROM show, seat`;

export interface SqliteOptions extends PeerPlace {
  readonly file: string;
}

export function openSqlite({ file, shows, seatsPerShow }: SqliteOptions): PeerClient {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  if (db.pragma('synchronous', { simple: true }) !== 2) throw new Error('SQLite is not durable');
  db.exec(SCHEMA);
  db.prepare(FILL).run({ shows, seats: seatsPerShow });
  db.pragma('wal_checkpoint(TRUNCATE)');
  const find = db.prepare('SELECT hold, until FROM seats WHERE show = ? AND seat = ?').raw();
  const take = db.prepare(
    'UPDATE seats SET hold = ?, holder = ?, until = ? WHERE show = ? AND seat = ?',
  );
  let lastHold = 0;
  const hold = db.transaction((connection: number, show: number, seat: number): number => {
    const found = find.get(show, seat);
    const nowMs = Date.now();
    if (!Array.isArray(found) || (found[0] !== 0 && found[1] > nowMs)) return 0;
    lastHold++;
    take.run(lastHold, connection + 1, nowMs + HOLD_TTL_MS, show, seat);
    return lastHold;
  });
  const release = db.transaction((show: number, seat: number, of: number): number => {
    const found = find.get(show, seat);
    if (!Array.isArray(found) || found[0] !== of) return 0;
    take.run(0, 0, 0, show, seat);
    return of;
  });
  const queue = new Turns();
  return {
    hold: (connection, show, seat, answered) => {
      queue.add(() => hold.immediate(connection, show, seat), answered);
    },
    release: (_connection, show, seat, of, answered) => {
      queue.add(() => release.immediate(show, seat, of), answered);
    },
    reckon: () => {
      const held = db.prepare('SELECT show, seat, hold FROM seats WHERE hold <> 0').all();
      const twice = db.prepare(
        'SELECT 1 FROM seats WHERE hold <> 0 GROUP BY show, seat HAVING count(*) > 1',
      );
      return Promise.resolve({ held: held as HeldSeat[], heldTwice: twice.all().length });
    },
    close: () => {
      db.close();
      return Promise.resolve();
    },
  };
}

/** Requests wait their turn, one transaction after another, as on a server's thread. */
class Turns {
  readonly #waiting: { readonly work: () => number; readonly answered: Answered }[] = [];
  #isRunning = false;

  add(work: () => number, answered: Answered): void {
    this.#waiting.push({ work, answered });
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => this.#run());
  }

  /** Those that wait now; what they lead to has its turn after the loop has seen its timers. */
  #run(): void {
    for (const { work, answered } of this.#waiting.splice(0)) {
      let answer: number | Error;
      try {
        answer = work();
      } catch (error) {
        answer = error instanceof Error ? error : new Error(String(error));
      }
      answered(answer);
    }
    this.#isRunning = this.#waiting.length > 0;
    if (this.#isRunning) setImmediate(() => this.#run());
  }
}
