/**
 * As much of Redis's protocol as the bench needs: many commands in flight on one connection,
 * written together once a turn of the loop, their replies told in order.
 */
import { connect, type Socket } from 'node:net';

export type Reply = number | string | null | Error | readonly Reply[];
type Replied = (reply: Reply) => void;

const CR = 13;
const MINUS = 45;
const COLON = 58;
const PLUS = 43;
const DOLLAR = 36;
const STAR = 42;
const INCOMPLETE = Symbol('incomplete');

/** A command as Redis reads it; arguments are ASCII. */
export function command(...args: readonly (string | number)[]): string {
  const parts = args.map((arg) => `$${String(arg).length}\r\n${arg}\r\n`);
  return `*${args.length}\r\n${parts.join('')}`;
}

export class RespClient {
  readonly #socket: Socket;
  readonly #waiting: Replied[] = [];
  #head = 0;
  #out = '';
  #rest: Buffer = Buffer.alloc(0);
  #at = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('Redis closed the connection')));
  }

  static open(path: string): Promise<RespClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RespClient(socket));
      });
    });
  }

  send(text: string, replied: Replied): void {
    if (this.#out === '') setImmediate(() => this.#flush());
    this.#out += text;
    this.#waiting.push(replied);
  }

  /** @throws Error where Redis refuses the command. */
  ask(...args: readonly (string | number)[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.send(command(...args), (reply) => {
        if (reply instanceof Error) reject(reply);
        else resolve(reply);
      });
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #flush(): void {
    const out = this.#out;
    this.#out = '';
    if (!this.#socket.destroyed) this.#socket.write(out, 'latin1');
  }

  #receive(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#at = 0;
    let whole = 0;
    while (this.#at < this.#rest.length) {
      const reply = this.#read();
      if (reply === INCOMPLETE) break;
      whole = this.#at;
      this.#tell(reply);
    }
    this.#rest = this.#rest.subarray(whole);
  }

  #tell(reply: Reply): void {
    const replied = this.#waiting[this.#head++];
    if (this.#head === this.#waiting.length || this.#head === 65_536) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    replied?.(reply);
  }

  #fail(error: Error): void {
    const waiting = this.#waiting.splice(0).slice(this.#head);
    this.#head = 0;
    for (const replied of waiting) replied(error);
  }

  /** One whole reply from `#at` on, which it moves; INCOMPLETE where more has to come. */
  #read(): Reply | typeof INCOMPLETE {
    const bytes = this.#rest;
    const kind = bytes[this.#at];
    const end = bytes.indexOf(CR, this.#at);
    if (end < 0 || end + 1 >= bytes.length) return INCOMPLETE;
    const from = this.#at + 1;
    this.#at = end + 2;
    if (kind === COLON) return integer(bytes, from, end);
    if (kind === PLUS) return bytes.toString('latin1', from, end);
    if (kind === MINUS) return new Error(bytes.toString('latin1', from, end));
    const length = integer(bytes, from, end);
    if (kind === DOLLAR) return this.#bulk(length);
    if (kind === STAR) return this.#list(length);
    return new Error(`a reply begins with byte ${kind}`);
  }

  #bulk(length: number): Reply | typeof INCOMPLETE {
    if (length < 0) return null;
    const from = this.#at;
    if (from + length + 2 > this.#rest.length) return INCOMPLETE;
    this.#at = from + length + 2;
    return this.#rest.toString('latin1', from, from + length);
  }

  #list(length: number): Reply | typeof INCOMPLETE {
    const list: Reply[] = [];
    while (list.length < length) {
      if (this.#at >= this.#rest.length) return INCOMPLETE;
      const element = this.#read();
      if (element === INCOMPLETE) return INCOMPLETE;
      list.push(element);
    }
    return list;
  }
}

function integer(bytes: Buffer, from: number, end: number): number {
  const isNegative = bytes[from] === MINUS;
  let value = 0;
  for (let at = isNegative ? from + 1 : from; at < end; at++) {
    value = value * 10 + (bytes[at] ?? 0) - 48;
  }
  return isNegative ? -value : value;
}
