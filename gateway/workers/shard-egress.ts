/**
 * The shard's way out: turns outputs into the wire's messages, one batch a gateway, and posts the
 * batches once the gate lets them go.
 */
import type { MessagePort } from 'node:worker_threads';
import type { ShowId } from '../../engine/ids.ts';
import type { Writer } from '../../engine/msgpack/writer.ts';
import type { Egress, Output } from '../../engine/shard/outputs.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { down } from '../wire/messages.ts';
import {
  writeAccepted,
  writeError,
  writeMineChanged,
  writePush,
  writeRejected,
  writeWatching,
} from '../wire/write-down.ts';
import { answerToHouse } from './answer-to-house.ts';
import { BatchWriter, OUT } from './batch.ts';
import { writeChange } from './change-entry.ts';
import type { Connection, ShardConnections } from './shard-connections.ts';
import type { AnswerToHouse } from './shard-protocol.ts';

/** Batches by gateway, and what the house asked for. */
export interface Staged {
  readonly batches: readonly (Uint8Array<ArrayBuffer> | undefined)[];
  readonly scheduled: number;
  readonly house: readonly AnswerToHouse[];
}

/** Whom the house's own requests belong to; their `ref` is the number they were asked with. */
export const HOUSE_GATEWAY = -1;

type Answer = Extract<Output<Connection>, { to: Connection }>;

export interface EgressEvents {
  /** So many shows more exist as they were to be scheduled. */
  scheduled(count: number): void;
  house(answers: readonly AnswerToHouse[]): void;
}

export class ShardEgress implements Egress<Connection, Staged> {
  readonly #ports: (MessagePort | undefined)[] = [];
  readonly #writers: BatchWriter[] = [];
  readonly #connections: ShardConnections;
  readonly #events: EgressEvents;
  /** Gateways by show that have somebody watching. */
  readonly #watchers = new Map<ShowId, Set<number>>();

  constructor(connections: ShardConnections, events: EgressEvents) {
    this.#connections = connections;
    this.#events = events;
  }

  connect(gateway: number, port: MessagePort): void {
    this.#ports[gateway] = port;
    this.#writers[gateway] = new BatchWriter();
  }

  /** True where no gateway watches the show any more. */
  unwatch(gateway: number, show: ShowId): boolean {
    const gateways = this.#watchers.get(show);
    gateways?.delete(gateway);
    if (gateways !== undefined && gateways.size > 0) return false;
    this.#watchers.delete(show);
    return true;
  }

  /** All that this gateway watched is watched no more; gives the shows that nobody watches now. */
  forget(gateway: number): readonly ShowId[] {
    const watched = [...this.#watchers].filter(([, gateways]) => gateways.has(gateway));
    return watched.map(([show]) => show).filter((show) => this.unwatch(gateway, show));
  }

  stage(outputs: readonly Output<Connection>[]): Staged {
    let scheduled = 0;
    const house: AnswerToHouse[] = [];
    for (const output of outputs) {
      if (output.type === 'scheduled') scheduled++;
      else if ('to' in output && output.to.gateway === HOUSE_GATEWAY) {
        house.push({ asked: output.to.ref, answer: answerToHouse(output) });
      } else this.#encode(output);
    }
    const batches = this.#writers.map((each) => (each.count > 0 ? each.take() : undefined));
    return { batches, scheduled, house };
  }

  release(staged: Staged): void {
    staged.batches.forEach((batch, gateway) => {
      if (batch !== undefined) this.#ports[gateway]?.postMessage(batch, [batch.buffer]);
    });
    if (staged.scheduled > 0) this.#events.scheduled(staged.scheduled);
    if (staged.house.length > 0) this.#events.house(staged.house);
  }

  #encode(output: Output<Connection>): void {
    switch (output.type) {
      case 'push':
        for (const connection of this.#connections.of(output.user)) {
          this.#entry(OUT.message, connection, (writer) => writePush(writer, output.push));
        }
        return;
      case 'changed':
        for (const gateway of this.#watchers.get(output.show) ?? []) {
          const batch = this.#writers[gateway];
          if (batch === undefined) continue;
          const start = batch.begin(OUT.changed, 0);
          writeChange(batch.writer, output);
          batch.end(start);
        }
        return;
      default:
        this.#answer(output);
    }
  }

  #answer(output: Answer): void {
    const { to } = output;
    switch (output.type) {
      case 'accepted':
        this.#entry(OUT.message, to, (writer) => writeAccepted(writer, output));
        if (output.isNew && to.ofUser.length > 1) this.#tellOthers(to, output.show.id);
        return;
      case 'rejected':
        return this.#entry(OUT.message, to, (writer) =>
          writeRejected(writer, output.requestId, output.rejection),
        );
      case 'failed':
        return this.#entry(OUT.message, to, (writer) =>
          writeError(writer, output.requestId, output.reason),
        );
      case 'watching':
        this.#startWatching(to.gateway, output.view.show);
        return this.#entry(OUT.watching, to, (writer) =>
          writeWatching(writer, output.requestId, output.view),
        );
      case 'mine':
        return this.#entry(OUT.mine, to, (writer) =>
          writer.value([down.mineFound.code, output.requestId, output.shows]),
        );
      case 'bookingFound': {
        const { requestId, show, booking, seats } = output;
        return this.#entry(OUT.tickets, to, (writer) =>
          writer.value([requestId, show.id, booking, seats]),
        );
      }
      case 'scheduled':
      case 'viewed':
        return;
      default:
        unreachable(output);
    }
  }

  /** The user's other tabs and devices see what this one did [W9]. */
  #tellOthers(by: Connection, show: ShowId): void {
    for (const connection of by.ofUser) {
      if (connection === by) continue;
      this.#entry(OUT.message, connection, (writer) => writeMineChanged(writer, show));
    }
  }

  #startWatching(gateway: number, show: ShowId): void {
    const gateways = this.#watchers.get(show);
    if (gateways === undefined) this.#watchers.set(show, new Set([gateway]));
    else gateways.add(gateway);
  }

  #entry(kind: number, to: Connection, write: (writer: Writer) => void): void {
    const batch = this.#writers[to.gateway];
    if (batch === undefined) return;
    const start = batch.begin(kind, to.ref);
    write(batch.writer);
    batch.end(start);
  }
}
