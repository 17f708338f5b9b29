/**
 * From a client's frame to where it goes: to a shard, copied as it is, or to the gateway itself,
 * read in full. A frame that is neither gets an error with a code, and the connection lives.
 */

import { Writer } from '../../engine/msgpack/writer.ts';
import { type ShardLinks, shardOf } from '../router/shard-links.ts';
import type { WireErrorReason } from '../wire/errors.ts';
import type { UpMessage } from '../wire/message-types.ts';
import { up } from '../wire/messages.ts';
import { peekCode, peekPartition } from '../wire/peek.ts';
import { fromJson, toTuple } from '../wire/positional.ts';
import { readUp } from '../wire/read-up.ts';
import { Reader } from '../wire/reader.ts';
import { IN } from '../workers/batch.ts';
import type { Connection } from './connections.ts';

/** Where each message goes, by code: to the shard of its show, or nowhere but here. */
const toShard: readonly boolean[] = (() => {
  const codes: boolean[] = new Array(128).fill(false);
  for (const name of [
    'hold',
    'holdBest',
    'change',
    'release',
    'wait',
    'leave',
    'book',
    'pay',
    'cancel',
    'tickets',
  ] as const) {
    codes[up[name].code] = true;
  }
  return codes;
})();

export interface IngressTarget {
  /** A message that is answered, or at least seen, by the gateway. */
  handle(connection: Connection, message: UpMessage, bytes: Uint8Array): void;
  refuse(
    connection: Connection,
    requestId: string | null,
    reason: WireErrorReason,
    text?: string,
  ): void;
}

export class Ingress {
  readonly #reader = new Reader();
  readonly #writer = new Writer(4096);
  readonly #links: ShardLinks;
  readonly #target: IngressTarget;

  constructor(links: ShardLinks, target: IngressTarget) {
    this.#links = links;
    this.#target = target;
  }

  /** Takes a frame; `bytes` are only looked at during the call. */
  take(connection: Connection, bytes: Uint8Array, isBinary: boolean): void {
    if (isBinary === connection.json) {
      const text = 'expected a text frame with JSON, or a binary one with MessagePack';
      return this.#target.refuse(connection, null, 'malformed', text);
    }
    const frame = connection.json ? this.#fromJson(connection, bytes) : bytes;
    if (frame !== undefined) this.#route(connection, frame);
  }

  #route(connection: Connection, bytes: Uint8Array): void {
    const reader = this.#reader;
    reader.open(bytes);
    const code = peekCode(reader);
    const greeted = connection.user !== undefined;
    if (greeted && toShard[code] === true) {
      const partition = peekPartition(reader, bytes);
      if (partition !== -1) {
        const shard = shardOf(partition, this.#links.count);
        if (this.#links.send(shard, IN.message, connection.ref, bytes)) return;
      }
    }
    this.#read(connection, bytes);
  }

  /** The slow way: reads all of it, to handle it here or to say what is wrong. */
  #read(connection: Connection, bytes: Uint8Array): void {
    this.#reader.open(bytes);
    const message = readUp(this.#reader);
    if (message.type === 'fault') {
      return this.#target.refuse(connection, message.requestId, message.reason, message.text);
    }
    if (connection.user === undefined && message.type !== 'hello') {
      return this.#target.refuse(connection, message.requestId, 'helloFirst');
    }
    if (toShard[up[message.type].code] === true) {
      return this.#target.refuse(connection, message.requestId, 'shardUnavailable');
    }
    this.#target.handle(connection, message, bytes);
  }

  /** People's JSON becomes MessagePack here, so that there is one reader to check it all. */
  #fromJson(connection: Connection, bytes: Uint8Array): Uint8Array | undefined {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
    const message = fromJson(up, text);
    if (message === undefined) {
      const isObject = looksLikeMessage(text);
      this.#target.refuse(connection, null, isObject ? 'unknownMessage' : 'malformed');
      return undefined;
    }
    const strange = surplusField(message, text);
    if (strange !== undefined) {
      const id = typeof message.requestId === 'string' ? message.requestId : null;
      const said = `${message.type} has no field ${JSON.stringify(strange.slice(0, 64))}`;
      this.#target.refuse(connection, id, 'invalidField', said);
      return undefined;
    }
    this.#writer.rewind(0);
    this.#writer.value(toTuple(up, message));
    return this.#writer.since(0);
  }
}

/**
 * A field that the message does not have, as MessagePack's surplus elements are refused too: a
 * misspelt wish ("teir") must not pass for none.
 */
function surplusField(message: UpMessage, text: string): string | undefined {
  if (!('surplus' in message)) return undefined;
  const { type } = message;
  const known = up[type].fields;
  return Object.keys(JSON.parse(text)).find(
    (name) => name !== 'type' && !Object.hasOwn(known, name),
  );
}

function looksLikeMessage(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'type' in value;
  } catch {
    return false;
  }
}
