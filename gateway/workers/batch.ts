/**
 * Batches of frames between a gateway and a shard: one buffer, handed over without a copy.
 *
 *   entry:  ┌──────┬────────────┬────────┬───────────┐
 *           │ kind │ connection │ length │ bytes …   │
 *           │ u8   │ u32        │ u32    │           │
 *           └──────┴────────────┴────────┴───────────┘   little endian
 */
import { Writer } from '../../engine/msgpack/writer.ts';

/** Gateway to shard. */
export const IN = {
  /** A client's frame, as it came (always MessagePack). */
  message: 1,
  /** The connection belongs to this user (UTF-8) from here on. */
  attach: 2,
  detach: 3,
  /** This gateway has no watcher of this show (ASCII) any more. */
  unwatch: 4,
} as const;

/** Shard to gateway. */
export const OUT = {
  /** A message for one connection. */
  message: 1,
  /** A `watching` answer: the connection gets the show's changes from here on. */
  watching: 2,
  /** A `mineFound` answer of this shard, to be put together with the other shards'. */
  mine: 3,
  /** Changes of one show for all its watchers: `change-entry.ts`. */
  changed: 4,
  /** What a ticket's code is to say: `[requestId, show, booking, seats…]`, to be signed. */
  tickets: 5,
} as const;

const HEAD_BYTES = 9;

export class BatchWriter {
  readonly writer = new Writer(16_384);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds an entry whose bytes exist already. */
  add(kind: number, connection: number, bytes: Uint8Array): void {
    this.#head(kind, connection, bytes.length);
    this.writer.raw(bytes);
  }

  /** Starts an entry whose bytes are written straight into the batch; `end` closes it. */
  begin(kind: number, connection: number): number {
    this.#head(kind, connection, 0);
    return this.writer.offset;
  }

  end(start: number): void {
    this.writer.patchUint32(start - 4, this.writer.offset - start);
  }

  /** The batch, to be transferred; the writer starts a new one. */
  take(): Uint8Array<ArrayBuffer> {
    this.#count = 0;
    return this.writer.take();
  }

  #head(kind: number, connection: number, length: number): void {
    this.#count++;
    this.writer.rawUint8(kind);
    this.writer.rawUint32(connection);
    this.writer.rawUint32(length);
  }
}

export type EntryHandler = (
  kind: number,
  connection: number,
  bytes: Uint8Array,
  from: number,
  until: number,
) => void;

/** Calls back for each entry of a batch, with the place of its bytes in the batch. */
export function readBatch(batch: Uint8Array, handle: EntryHandler): void {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  let at = 0;
  while (at < batch.length) {
    const kind = view.getUint8(at);
    const connection = view.getUint32(at + 1, true);
    const from = at + HEAD_BYTES;
    const until = from + view.getUint32(at + 5, true);
    handle(kind, connection, batch, from, until);
    at = until;
  }
}
