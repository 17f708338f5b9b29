/**
 * From a shard's batch to the sockets. Consecutive messages for one connection leave in one
 * cork, so that a pipelining client costs one system call and not one a message.
 */

import { Reader } from '../wire/reader.ts';
import { OUT, readBatch } from '../workers/batch.ts';
import { readChange } from '../workers/change-entry.ts';
import type { Connection, Connections } from './connections.ts';
import type { FanOut } from './fan-out.ts';

export interface EgressTarget {
  readonly fanOut: FanOut;
  pass(connection: Connection, bytes: Uint8Array): void;
  startWatching(connection: Connection, show: string): void;
  mineArrived(connection: Connection, bytes: Uint8Array): void;
  ticketsArrived(connection: Connection, bytes: Uint8Array): void;
  nobodyWatches(show: string): void;
}

export class Egress {
  readonly #connections: Connections;
  readonly #target: EgressTarget;
  readonly #reader = new Reader();
  /** Consecutive messages for one connection: where each begins and ends in the batch. */
  #run: number[] = [];
  #runRef = -1;

  constructor(connections: Connections, target: EgressTarget) {
    this.#connections = connections;
    this.#target = target;
  }

  take(batch: Uint8Array): void {
    readBatch(batch, (kind, ref, bytes, from, until) => {
      if (ref !== this.#runRef || kind !== OUT.message) this.#sendRun(batch);
      if (kind === OUT.message) {
        this.#runRef = ref;
        this.#run.push(from, until);
      } else if (kind === OUT.changed) {
        this.#reader.open(bytes, from, until);
        const change = readChange(this.#reader);
        if (!this.#target.fanOut.take(change)) this.#target.nobodyWatches(change.show);
      } else {
        this.#special(kind, ref, bytes.subarray(from, until));
      }
    });
    this.#sendRun(batch);
  }

  #sendRun(batch: Uint8Array): void {
    const run = this.#run;
    if (run.length === 0) return;
    const connection = this.#connections.get(this.#runRef);
    this.#run = [];
    this.#runRef = -1;
    if (connection === undefined) return;
    connection.socket.cork(() => {
      for (let index = 0; index < run.length; index += 2) {
        this.#target.pass(connection, batch.subarray(run[index], run[index + 1]));
      }
    });
  }

  #special(kind: number, ref: number, bytes: Uint8Array): void {
    const connection = this.#connections.get(ref);
    if (connection === undefined) return;
    if (kind === OUT.mine) return this.#target.mineArrived(connection, bytes);
    if (kind === OUT.tickets) return this.#target.ticketsArrived(connection, bytes);
    // [37, requestId, show, …]: the topic first, so that no change falls in between.
    this.#reader.open(bytes);
    this.#reader.array(16);
    this.#reader.uint();
    this.#reader.text(1, 64);
    this.#target.startWatching(connection, this.#reader.text(1, 64));
    this.#target.pass(connection, bytes);
  }
}
