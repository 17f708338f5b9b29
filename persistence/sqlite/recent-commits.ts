/**
 * The latest commits, as a row each: all that one transaction appends lies together and dirties a
 * few pages, where a row a frame dirties one at the end of every partition. Now and then the
 * frames are settled into the table of frames, in one transaction with the commit that is due;
 * until then they are in memory too, so that reading never waits for it.
 *
 *   append ─▶ commits: id, frames (`frame-pack.ts`), CRC-32     … many times …
 *                └── settle ─▶ frames: a row each, partition by partition; commits is emptied
 */
import { crc32 } from 'node:zlib';
import { type Frame, LogFault } from '../../engine/shard/log-store.ts';
import { packFrames, unpackFrames } from '../frame-pack.ts';
import { idsPerPartition } from './migrations.ts';
import type { CommitRow, Statements } from './statements.ts';

/** Whichever comes first: more would make the commit that settles them noticeably slow. */
const most = { commits: 64, frames: 1_024, bytes: 1024 * 1024 };

export class RecentCommits {
  readonly #statements: Statements;
  readonly #byPartition = new Map<number, Frame[]>();
  #commits = 0;
  #frames = 0;
  #bytes = 0;
  #lastId = 0;

  /** Reads what an earlier owner of the file had not settled. @throws LogFault `log_damaged`. */
  constructor(statements: Statements) {
    this.#statements = statements;
    for (const row of statements.commits.all()) {
      this.#add(framesOf(row), row.frames.byteLength);
      this.#lastId = row.id;
    }
  }

  /** Partitions that have frames here. */
  get places(): number {
    return this.#byPartition.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#commits === 0;
  }

  /** True where these frames should be settled with the rest rather than kept here. */
  isFullWith(frames: readonly Frame[]): boolean {
    return (
      this.#commits + 1 >= most.commits ||
      this.#frames + frames.length > most.frames ||
      this.#bytes >= most.bytes
    );
  }

  /** Writes a row in the transaction under way and gives its bytes; `keep` once it is durable. */
  write(frames: readonly Frame[]): ArrayBuffer {
    const packed = packFrames(frames);
    const bytes = Buffer.from(packed);
    this.#statements.insertCommit.run(this.#lastId + 1, crc32(bytes), bytes);
    return packed;
  }

  /** Keeps a commit that is durable now. */
  keep(packed: ArrayBuffer): void {
    this.#lastId++;
    this.#add(unpackFrames(packed), packed.byteLength);
  }

  /**
   * Gives all that is here and `frames` rows of their own, in the transaction under way; `clear`
   * once it is durable.
   */
  settle(frames: readonly Frame[]): void {
    const { insertFrame, deleteCommits } = this.#statements;
    const insert = ({ partition, lsn, epoch, timeMs, hash, body }: Frame) =>
      insertFrame.run(partition * idsPerPartition + lsn, epoch, timeMs, hash, body);
    const partitions = [...this.#byPartition.keys()].sort((one, other) => one - other);
    for (const partition of partitions) this.of(partition).forEach(insert);
    frames.forEach(insert);
    deleteCommits.run();
  }

  clear(): void {
    this.#byPartition.clear();
    this.#commits = 0;
    this.#frames = 0;
    this.#bytes = 0;
  }

  /** A partition's frames here, in order and without gaps. */
  of(partition: number): readonly Frame[] {
    return this.#byPartition.get(partition) ?? [];
  }

  at(partition: number, lsn: number): Frame | undefined {
    const frames = this.of(partition);
    return frames[lsn - (frames[0]?.lsn ?? 0)];
  }

  #add(frames: readonly Frame[], bytes: number): void {
    for (const frame of frames) {
      const known = this.#byPartition.get(frame.partition);
      if (known === undefined) this.#byPartition.set(frame.partition, [frame]);
      else known.push(frame);
    }
    this.#commits++;
    this.#frames += frames.length;
    this.#bytes += bytes;
  }
}

/** @throws LogFault `log_damaged` where the row is not as it was written. */
export function framesOf({ id, frames, checksum }: CommitRow): readonly Frame[] {
  const bytes = new Uint8Array(frames);
  if (crc32(bytes) === checksum) {
    try {
      return unpackFrames(bytes.buffer);
    } catch {
      // Told below: what cannot be taken apart is not as it was written either.
    }
  }
  throw new LogFault('log_damaged', `commit ${id} was changed after it was written`);
}
