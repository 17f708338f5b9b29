/**
 * A gateway's links to the shards: partitions are routed to the shard that hosts them, and what
 * arrives within one turn of the event loop goes over in one batch.
 */
import type { MessagePort } from 'node:worker_threads';
import { BatchWriter } from '../workers/batch.ts';

/** The shard that hosts a partition, of `shards` in all. */
export function shardOf(partition: number, shards: number): number {
  return partition % shards;
}

/** Under load the shard starts on these while the gateway still reads the other sockets. */
const FULL_BATCH = 256;

interface Link {
  port: MessagePort | undefined;
  readonly batch: BatchWriter;
}

export class ShardLinks {
  readonly #links: readonly Link[];
  readonly #onBatch: (shard: number, batch: Uint8Array) => void;
  #flushing = false;

  constructor(shards: number, onBatch: (shard: number, batch: Uint8Array) => void) {
    this.#links = Array.from({ length: shards }, () => ({
      port: undefined,
      batch: new BatchWriter(),
    }));
    this.#onBatch = onBatch;
  }

  get count(): number {
    return this.#links.length;
  }

  /** True where every shard serves. */
  get allUp(): boolean {
    return this.#links.every((link) => link.port !== undefined);
  }

  up(shard: number, port: MessagePort): void {
    const link = this.#links[shard];
    if (link === undefined) return;
    link.port = port;
    if (link.batch.count > 0) link.batch.take();
    port.on('message', (batch: Uint8Array) => this.#onBatch(shard, batch));
  }

  down(shard: number): void {
    const link = this.#links[shard];
    if (link === undefined) return;
    link.port?.close();
    link.port = undefined;
    if (link.batch.count > 0) link.batch.take();
  }

  /** Sends an entry with this turn's batch; false where the shard is down. */
  send(shard: number, kind: number, connection: number, bytes: Uint8Array): boolean {
    const link = this.#links[shard];
    if (link?.port === undefined) return false;
    link.batch.add(kind, connection, bytes);
    if (link.batch.count >= FULL_BATCH) {
      this.#post(link);
    } else if (!this.#flushing) {
      this.#flushing = true;
      setImmediate(() => this.#flush());
    }
    return true;
  }

  /** Sends an entry to every shard that is up. */
  sendAll(kind: number, connection: number, bytes: Uint8Array): void {
    for (let shard = 0; shard < this.#links.length; shard++) {
      this.send(shard, kind, connection, bytes);
    }
  }

  close(): void {
    for (let shard = 0; shard < this.#links.length; shard++) this.down(shard);
  }

  #flush(): void {
    this.#flushing = false;
    for (const link of this.#links) this.#post(link);
  }

  #post({ port, batch }: Link): void {
    if (port === undefined || batch.count === 0) return;
    const bytes = batch.take();
    port.postMessage(bytes, [bytes.buffer]);
  }
}
