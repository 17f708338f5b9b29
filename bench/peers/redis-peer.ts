/**
 * Redis with a Lua script a decision: a bit a seat and a hash of holds. Requests of one connection
 * are pipelined; the protocol is spoken here, as far as it is needed: integers and errors come
 * back, and one text when the scripts are loaded.
 */
import { connect, type Socket } from 'node:net';
import type { Peer, PeerPlace } from './peer.ts';

const HOLD = `
  if redis.call('GETBIT', KEYS[1], ARGV[1]) == 1 then return 0 end
  local hold = redis.call('INCR', KEYS[3])
  redis.call('SETBIT', KEYS[1], ARGV[1], 1)
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ':' .. hold .. ':' .. ARGV[3])
  return hold`;
const RELEASE = `
  local held = redis.call('HGET', KEYS[2], ARGV[1])
  local wanted = ARGV[2] .. ':' .. ARGV[3] .. ':'
  if not held or string.sub(held, 1, #wanted) ~= wanted then return 0 end
  redis.call('SETBIT', KEYS[1], ARGV[1], 0)
  redis.call('HDEL', KEYS[2], ARGV[1])
  return 1`;

interface Waiting {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

/** One connection with as many requests in flight as are asked. */
class RedisConnection {
  readonly #socket: Socket;
  #waiting: Waiting[] = [];
  #taken = 0;
  #rest = '';
  #out = '';

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    const lost = () => this.#lose(new Error('Redis has closed the connection'));
    socket.on('close', lost);
    socket.on('error', lost);
  }

  ask(...words: readonly (string | number)[]): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#out === '') setImmediate(() => this.#flush());
      let text = `*${words.length}\r\n`;
      for (const word of words) {
        const each = String(word);
        text += `$${each.length}\r\n${each}\r\n`;
      }
      this.#out += text;
    });
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #flush(): void {
    const text = this.#out;
    this.#out = '';
    this.#socket.write(text, 'latin1');
  }

  #read(text: string): void {
    const all = this.#rest + text;
    let at = 0;
    for (;;) {
      const end = all.indexOf('\r\n', at);
      if (end === -1) break;
      let line = all.slice(at, end);
      let next = end + 2;
      if (line.startsWith('$')) {
        const until = next + Number(line.slice(1));
        if (all.length < until + 2) break;
        line = `+${all.slice(next, until)}`;
        next = until + 2;
      }
      at = next;
      this.#answer(line);
    }
    this.#rest = all.slice(at);
  }

  #answer(line: string): void {
    const waiting = this.#waiting[this.#taken++];
    if (this.#taken === this.#waiting.length) {
      this.#waiting = [];
      this.#taken = 0;
    }
    if (line.startsWith('-')) waiting?.reject(new Error(`Redis: ${line.slice(1)}`));
    else waiting?.resolve(line.slice(1));
  }

  #lose(error: Error): void {
    for (const { reject } of this.#waiting.splice(this.#taken)) reject(error);
  }
}

export class RedisPeer implements Peer {
  readonly #connection: RedisConnection;
  readonly #scripts: { readonly hold: string; readonly release: string };

  private constructor(connection: RedisConnection, hold: string, release: string) {
    this.#connection = connection;
    this.#scripts = { hold, release };
  }

  static async connect({ port }: PeerPlace): Promise<RedisPeer> {
    const socket = connect({ port, host: '127.0.0.1' });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    const connection = new RedisConnection(socket);
    const hold = await connection.ask('SCRIPT', 'LOAD', HOLD);
    const release = await connection.ask('SCRIPT', 'LOAD', RELEASE);
    return new RedisPeer(connection, hold, release);
  }

  async hold(show: number, seat: number, user: number): Promise<number> {
    const keys = [`seats:${show}`, `holds:${show}`, `last:${show}`];
    const until = Date.now() + 300_000;
    const asked = ['EVALSHA', this.#scripts.hold, 3, ...keys, seat, user, until];
    return Number(await this.#connection.ask(...asked));
  }

  async release(show: number, seat: number, hold: number, user: number): Promise<boolean> {
    const keys = [`seats:${show}`, `holds:${show}`];
    const asked = ['EVALSHA', this.#scripts.release, 2, ...keys, seat, user, hold];
    return (await this.#connection.ask(...asked)) === '1';
  }

  async close(): Promise<void> {
    this.#connection.close();
  }
}
