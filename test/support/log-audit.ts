/**
 * An auditor with the log's file and nothing else: no engine, no recovery, no server. It reads
 * frames as `decision-codec.ts` and `frame-hash.ts` describe them in words and says what is wrong:
 * broken chains, missing numbers, time that falls, seats given twice, people overtaken [F1, F2].
 */
import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { Unpackr } from 'msgpackr';
import { ShowBook } from './show-book.ts';

/** A frame's id is its partition × 2^40 + its LSN. */
const LSN_RANGE = 2 ** 40;
/** The catalogue's partition: its chain is checked, its content is none of a show's. */
const CATALOG = 64;

interface Row {
  readonly id: number;
  readonly epoch: number;
  readonly time_ms: number;
  readonly hash: Buffer;
  readonly body: Buffer;
}

/** Where a decision stands and what it was, for a receipt to be compared with. */
export interface LoggedDecision {
  readonly partition: number;
  readonly lsn: number;
  readonly timeMs: number;
  readonly hash: Buffer;
  readonly user: string | null;
  readonly requestId: string | null;
  /** Code of its first event. */
  readonly did: number;
}

export interface LogAudit {
  /** What is wrong, in words; empty where nothing is. */
  readonly problems: readonly string[];
  readonly frames: number;
  readonly decisions: number;
  readonly shows: ReadonlyMap<string, ShowBook>;
  decision(show: string, seq: number): LoggedDecision | undefined;
}

const unpackr = new Unpackr({ useRecords: false, int64AsType: 'number' });

/** Reads the whole log; a server that has it open goes on meanwhile. */
export function auditLog(file: string): LogAudit {
  const auditor = new Auditor();
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const frames = database.prepare<[], Row>(
      'SELECT id, epoch, time_ms, hash, body FROM frames ORDER BY id',
    );
    for (const row of frames.iterate()) auditor.take(row);
  } finally {
    database.close();
  }
  return auditor;
}

class Auditor implements LogAudit {
  readonly problems: string[] = [];
  readonly shows = new Map<string, ShowBook>();
  frames = 0;
  decisions = 0;
  readonly #logged = new Map<string, LoggedDecision[]>();
  #partition = -1;
  #lsn = 0;
  #epoch = 0;
  #timeMs = 0;
  #hash: Buffer = Buffer.alloc(32);

  take(row: Row): void {
    const partition = Math.floor(row.id / LSN_RANGE);
    const lsn = row.id % LSN_RANGE;
    if (partition !== this.#partition) {
      this.#partition = partition;
      this.#lsn = 0;
      this.#epoch = 0;
      this.#timeMs = 0;
      this.#hash = Buffer.alloc(32);
    }
    const place = `partition ${partition} LSN ${lsn}`;
    this.#checkOrder(row, lsn, place);
    this.#checkHash(row, partition, lsn, place);
    this.frames++;
    if (partition !== CATALOG) this.#readBody(row, partition, lsn, place);
  }

  decision(show: string, seq: number): LoggedDecision | undefined {
    return this.#logged.get(show)?.[seq - 1];
  }

  #checkOrder(row: Row, lsn: number, place: string): void {
    if (lsn !== this.#lsn + 1) this.problems.push(`${place} follows LSN ${this.#lsn}`);
    if (row.epoch < this.#epoch) this.problems.push(`${place} is of an earlier epoch`);
    if (row.time_ms < this.#timeMs) {
      this.problems.push(`${place}: time falls by ${this.#timeMs - row.time_ms} ms`);
    }
    this.#lsn = lsn;
    this.#epoch = row.epoch;
    this.#timeMs = row.time_ms;
  }

  #checkHash(row: Row, partition: number, lsn: number, place: string): void {
    const header = Buffer.alloc(32);
    header.writeUInt32LE(partition, 0);
    header.writeUInt32LE(row.body.length, 4);
    header.writeDoubleLE(lsn, 8);
    header.writeDoubleLE(row.epoch, 16);
    header.writeDoubleLE(row.time_ms, 24);
    const hash = createHash('sha256').update(this.#hash).update(header).update(row.body).digest();
    if (!hash.equals(row.hash)) this.problems.push(`${place} breaks the chain`);
    this.#hash = row.hash;
  }

  #readBody(row: Row, partition: number, lsn: number, place: string): void {
    const [version, ...entries] = unpackr.unpack(row.body) as [number, ...unknown[][]];
    if (version !== 1) this.problems.push(`${place} has version ${version}`);
    for (const entry of entries) {
      if (typeof entry[0] !== 'string') continue;
      const [show, seq, user, requestId, ...events] = entry as [
        string,
        number,
        string | null,
        string | null,
        ...[number, ...unknown[]][],
      ];
      this.decisions++;
      const logged = this.#logged.get(show) ?? [];
      this.#logged.set(show, logged);
      const [first] = logged;
      if (seq !== logged.length + 1) {
        this.problems.push(`${place}: decision ${seq} of ${show} follows ${logged.length}`);
      }
      if (first !== undefined && first.partition !== partition) {
        this.problems.push(`${place}: ${show} is in partition ${first.partition} as well`);
      }
      const did = events[0]?.[0] ?? 0;
      const { time_ms: timeMs, hash } = row;
      logged.push({ partition, lsn, timeMs, hash, user, requestId, did });
      this.#bookOf(show).apply({ seq, user, timeMs, events });
    }
  }

  #bookOf(show: string): ShowBook {
    let book = this.shows.get(show);
    if (book === undefined) {
      book = new ShowBook((what) => this.problems.push(`show ${show}: ${what}`));
      this.shows.set(show, book);
    }
    return book;
  }
}
