/**
 * The log's thread: it owns the file and serves every shard. While one transaction is being
 * synced, the next appends of all shards wait in their ports; they are then taken together into
 * one transaction, so that the busier it gets the less a commit costs each (group commit).
 *
 *   port ─┐ drain every port        consecutive appends        one answer each
 *   port ─┼─────────────────▶ queue ───────────────────▶ appendGroup ─────────▶ ports
 *   port ─┘                     └─ anything else: the appends before it first
 */
import { type MessagePort, receiveMessageOnPort, type Transferable } from 'node:worker_threads';
import { LogFault } from '../../engine/shard/log-store.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { copyBytes, wholeBytes } from '../bytes.ts';
import { packFrames, unpackFrames } from '../frame-pack.ts';
import type { SyncLog } from '../sync-log.ts';
import type { LogAnswer, LogRequest } from './protocol.ts';

/** Requests taken into one turn; the rest wait in their ports for the next. */
const requestsPerTurn = 1_024;

export interface LogServer {
  /** Serves one more shard from now on, until its port closes. */
  attach(port: MessagePort): void;
  /** Answers what has arrived, then closes the ports and the log. */
  close(): void;
}

export function serveLog(log: SyncLog, ports: readonly MessagePort[] = []): LogServer {
  const server = new PortServer(log);
  for (const port of ports) server.attach(port);
  return server;
}

interface Arrived {
  readonly port: MessagePort;
  readonly request: LogRequest;
}

type ArrivedAppend = {
  readonly port: MessagePort;
  readonly id: number;
  readonly frames: ArrayBuffer;
};

class PortServer implements LogServer {
  readonly #log: SyncLog;
  readonly #ports = new Set<MessagePort>();

  constructor(log: SyncLog) {
    this.#log = log;
  }

  attach(port: MessagePort): void {
    this.#ports.add(port);
    port.on('close', () => this.#ports.delete(port));
    port.on('message', (request: LogRequest) => this.#turn([{ port, request }]));
  }

  close(): void {
    let arrived = this.#drain([]);
    while (arrived.length > 0) {
      this.#serve(arrived);
      arrived = this.#drain([]);
    }
    for (const port of this.#ports) port.close();
    this.#log.closeSync();
  }

  #turn(first: Arrived[]): void {
    this.#serve(this.#drain(first));
  }

  #drain(arrived: Arrived[]): readonly Arrived[] {
    for (const port of this.#ports) {
      while (arrived.length < requestsPerTurn) {
        const received: { message: LogRequest } | undefined = receiveMessageOnPort(port);
        if (received === undefined) break;
        arrived.push({ port, request: received.message });
      }
    }
    return arrived;
  }

  #serve(arrived: readonly Arrived[]): void {
    let appends: ArrivedAppend[] = [];
    for (const { port, request } of arrived) {
      if (request.type === 'append') {
        appends.push({ port, id: request.id, frames: request.frames });
        continue;
      }
      this.#appendAll(appends);
      appends = [];
      this.#answer(port, request);
    }
    this.#appendAll(appends);
  }

  #appendAll(appends: readonly ArrivedAppend[]): void {
    if (appends.length === 0) return;
    const outcomes = this.#log.appendGroup(appends.map(({ frames }) => unpackFrames(frames)));
    for (const [index, { port, id }] of appends.entries()) {
      const outcome = outcomes[index] ?? { type: 'unknown', reason: 'no outcome was given' };
      post(port, id, { type: 'outcome', outcome });
    }
  }

  #answer(port: MessagePort, request: Exclude<LogRequest, { type: 'append' }>): void {
    try {
      const { answer, transfer } = this.#call(request);
      post(port, request.id, answer, transfer);
    } catch (error) {
      const code = error instanceof LogFault ? error.code : 'log_io';
      const message = error instanceof Error ? error.message : String(error);
      post(port, request.id, { type: 'fault', code, message });
    }
  }

  #call(request: Exclude<LogRequest, { type: 'append' }>): Reply {
    switch (request.type) {
      case 'open': {
        const opened = this.#log.openSync(request.partitions);
        const partitions = opened.map((one) => ({ ...one, lastHash: wholeBytes(one.lastHash) }));
        return { answer: { type: 'opened', partitions } };
      }
      case 'read': {
        const frames = packFrames(
          this.#log.readSync(request.partition, request.from, request.limit),
        );
        return { answer: { type: 'frames', frames }, transfer: [frames] };
      }
      case 'saveSnapshot':
        this.#log.saveSnapshotSync(request.snapshot);
        return { answer: { type: 'done' } };
      case 'loadSnapshot': {
        const snapshot = this.#log.loadSnapshotSync(request.partition, request.skip);
        if (snapshot === undefined) return { answer: { type: 'snapshot', snapshot } };
        const body = copyBytes(snapshot.body);
        const own = { ...snapshot, hash: wholeBytes(snapshot.hash), body };
        return { answer: { type: 'snapshot', snapshot: own }, transfer: [body.buffer] };
      }
      case 'truncate':
        this.#log.truncateSync(request.partition, request.before);
        return { answer: { type: 'done' } };
      case 'getMeta':
        return { answer: { type: 'meta', value: this.#log.getMeta(request.key) } };
      case 'setMeta':
        this.#log.setMeta(request.key, request.value);
        return { answer: { type: 'done' } };
      default:
        return unreachable(request);
    }
  }
}

interface Reply {
  readonly answer: LogAnswer;
  readonly transfer?: readonly Transferable[];
}

function post(
  port: MessagePort,
  id: number,
  answer: LogAnswer,
  transfer: readonly Transferable[] = [],
): void {
  port.postMessage({ id, answer }, transfer);
}
