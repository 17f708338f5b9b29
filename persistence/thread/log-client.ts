/**
 * A shard's end of the log: a `LogStore` whose file belongs to another thread. Where that thread
 * is lost, an append that was under way is `unknown`, never a guess; everything else fails.
 */
import type { MessagePort, Transferable } from 'node:worker_threads';
import type { Lsn, PartitionId } from '../../engine/ids.ts';
import {
  type AppendOutcome,
  type Frame,
  LogFault,
  type LogStore,
  type OpenedPartition,
  type Snapshot,
} from '../../engine/shard/log-store.ts';
import { copyBytes } from '../bytes.ts';
import { packFrames, unpackFrames } from '../frame-pack.ts';
import type { LogAnswer, LogCall, NumberedAnswer } from './protocol.ts';

export interface LogClient extends LogStore {
  /** A setting or secret kept with the log. */
  getMeta(key: string): Promise<Uint8Array | undefined>;
  setMeta(key: string, value: Uint8Array): Promise<void>;
  /** Closes the port only: the file is the log thread's to close. */
  close(): Promise<void>;
}

/** `port` leads to a `serveLog`; the caller gives it up to the client. */
export function connectLog(port: MessagePort): LogClient {
  return new PortClient(port);
}

interface Pending {
  readonly resolve: (answer: LogAnswer) => void;
  readonly reject: (fault: LogFault) => void;
}

class PortClient implements LogClient {
  readonly #port: MessagePort;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #lost: string | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', ({ id, answer }: NumberedAnswer) => this.#settle(id, answer));
    port.on('messageerror', () => this.#lose('an answer of the log thread cannot be read'));
    port.on('close', () => this.#lose('the log thread is gone'));
  }

  async open(partitions: readonly PartitionId[]): Promise<readonly OpenedPartition[]> {
    const answer = await this.#call({ type: 'open', partitions });
    return expect(answer, 'opened').partitions;
  }

  /** Frames are copied: they stay the caller's. */
  async append(frames: readonly Frame[]): Promise<AppendOutcome> {
    const packed = packFrames(frames);
    try {
      const answer = await this.#call({ type: 'append', frames: packed }, [packed]);
      return expect(answer, 'outcome').outcome;
    } catch (error) {
      return { type: 'unknown', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async read(partition: PartitionId, from: Lsn, limit: number): Promise<readonly Frame[]> {
    const answer = await this.#call({ type: 'read', partition, from, limit });
    return unpackFrames(expect(answer, 'frames').frames);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    const body = copyBytes(snapshot.body);
    const own = { ...snapshot, hash: copyBytes(snapshot.hash), body };
    expect(await this.#call({ type: 'saveSnapshot', snapshot: own }, [body.buffer]), 'done');
  }

  async loadSnapshot(partition: PartitionId, skip = 0): Promise<Snapshot | undefined> {
    const answer = await this.#call({ type: 'loadSnapshot', partition, skip });
    return expect(answer, 'snapshot').snapshot;
  }

  async truncate(partition: PartitionId, before: Lsn): Promise<void> {
    expect(await this.#call({ type: 'truncate', partition, before }), 'done');
  }

  async getMeta(key: string): Promise<Uint8Array | undefined> {
    return expect(await this.#call({ type: 'getMeta', key }), 'meta').value;
  }

  async setMeta(key: string, value: Uint8Array): Promise<void> {
    expect(await this.#call({ type: 'setMeta', key, value: copyBytes(value) }), 'done');
  }

  async close(): Promise<void> {
    this.#lose('the log is closed');
  }

  #call(call: LogCall, transfer: readonly Transferable[] = []): Promise<LogAnswer> {
    if (this.#lost !== undefined) return Promise.reject(new LogFault('log_io', this.#lost));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#port.postMessage({ id, ...call }, transfer);
    });
  }

  #settle(id: number, answer: LogAnswer): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    if (answer.type === 'fault') pending.reject(new LogFault(answer.code, answer.message));
    else pending.resolve(answer);
  }

  #lose(reason: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = reason;
    for (const pending of this.#pending.values()) pending.reject(new LogFault('log_io', reason));
    this.#pending.clear();
    this.#port.close();
  }
}

function expect<Type extends LogAnswer['type']>(
  answer: LogAnswer,
  type: Type,
): Extract<LogAnswer, { type: Type }> {
  if (!isOf(answer, type)) throw new LogFault('log_io', `the log thread answered ${answer.type}`);
  return answer;
}

const isOf = <Type extends LogAnswer['type']>(
  answer: LogAnswer,
  type: Type,
): answer is Extract<LogAnswer, { type: Type }> => answer.type === type;
