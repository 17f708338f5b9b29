/**
 * One hostile connection: it sends bursts of fuzzed messages and wants an answer to each, with a
 * code that is known and a sentence. What goes unanswered is narrowed down to one message.
 */
import { WebSocket } from 'ws';
import { rejectionTable } from '../../engine/show/rejections.ts';
import type { Random } from '../../gateway/demo/random.ts';
import {
  type ClientCodec,
  jsonClientCodec,
  msgpackClientCodec,
} from '../../gateway/wire/client-codec.ts';
import { wireErrors } from '../../gateway/wire/errors.ts';
import type { DownMessage } from '../../gateway/wire/message-types.ts';
import { down } from '../../gateway/wire/messages.ts';
import { type FuzzMessage, frameOf, fuzzMessage, type Protocol, type World } from './messages.ts';

/** Codes from here on are news that nobody asked for. */
const FIRST_PUSH = 64;
/** Close codes: for a text that is no UTF-8, and for a line that just ended. */
const INVALID_TEXT = 1007;
const GONE = 1006;
const BURST = 16;
const ANSWER_WITHIN_MS = 5_000;
const BURSTS_A_CONNECTION = 40;

export interface Finding {
  readonly what: string;
  readonly protocol: Protocol;
  /** The message, or the last burst where it is not known which. */
  readonly hex: string;
}

export interface AttackTally {
  sent: number;
  connections: number;
  readonly answers: Map<string, number>;
  readonly findings: Finding[];
}

export class Attacker {
  readonly #url: string;
  readonly #protocol: Protocol;
  readonly #random: Random;
  readonly #world: World;
  readonly #tally: AttackTally;
  readonly #codec: ClientCodec;
  #token: string | null = null;

  constructor(url: string, protocol: Protocol, random: Random, world: World, tally: AttackTally) {
    this.#url = url;
    this.#protocol = protocol;
    this.#random = random;
    this.#world = world;
    this.#tally = tally;
    this.#codec = protocol === 'json' ? jsonClientCodec : msgpackClientCodec;
  }

  /** Goes on until `more` says how many messages there are no longer to send. */
  async run(more: () => Promise<boolean>): Promise<void> {
    while (await more()) {
      const line = await this.#connect();
      for (let burst = 0; burst < BURSTS_A_CONNECTION && (await more()); burst++) {
        const messages = Array.from({ length: BURST }, () =>
          fuzzMessage(this.#random, this.#protocol, this.#world),
        );
        this.#tally.sent += messages.length;
        const last = messages.find(({ ends }) => ends);
        const asked = messages.filter(({ ends }) => !ends);
        if (!(await line.ask(asked))) {
          await this.#narrow(asked);
          break;
        }
        if (last === undefined) continue;
        await this.#expectEnd(line, last);
        break;
      }
      line.close();
    }
  }

  async #connect(): Promise<Line> {
    this.#tally.connections++;
    const line = await Line.open(this.#url, this.#codec, (message) => this.#look(message));
    // Now and then nobody says hello, or with a token that is no token.
    const luck = this.#random.next();
    if (luck < 0.1) return line;
    const token = luck < 0.2 ? `${this.#token ?? ''}x` : this.#token;
    const welcome = await line.hello(token);
    if (this.#token === null) this.#token = welcome;
    return line;
  }

  async #expectEnd(line: Line, message: FuzzMessage): Promise<void> {
    const code = await line.endedBy(message);
    if (code !== INVALID_TEXT && code !== GONE) this.#find(`ended with ${code}`, message.bytes);
  }

  /** Sends a burst's messages one by one, each on a line of its own, to find which it was. */
  async #narrow(messages: readonly FuzzMessage[]): Promise<void> {
    for (const message of messages) {
      const line = await Line.open(this.#url, this.#codec, () => undefined);
      await line.hello(null);
      const answered = await line.ask([message], 1_000);
      line.close();
      if (answered) continue;
      return this.#find('is never answered', message.bytes);
    }
    const all = Buffer.concat(messages.map(({ bytes }) => bytes));
    this.#find('one of a burst was not answered, but each alone is', all);
  }

  #look(message: DownMessage | undefined): void {
    const { answers } = this.#tally;
    if (message === undefined) return this.#find('an answer is no message', Buffer.alloc(0));
    const name = 'reason' in message ? `${message.type} ${message.reason}` : message.type;
    answers.set(name, (answers.get(name) ?? 0) + 1);
    const wrong = wrongAnswer(message);
    if (wrong !== undefined) this.#find(wrong, Buffer.from(JSON.stringify(message)));
  }

  #find(what: string, bytes: Buffer): void {
    if (this.#tally.findings.length >= 50) return;
    this.#tally.findings.push({ what, protocol: this.#protocol, hex: bytes.toString('hex') });
  }
}

function wrongAnswer(message: DownMessage): string | undefined {
  if (message.type === 'error') {
    const known: Readonly<Record<string, { readonly code: number }>> = wireErrors;
    if (known[message.reason]?.code !== message.code) return 'an error has no known code';
    if (message.text.length < 5) return 'an error says nothing';
  }
  if (message.type === 'rejected') {
    const known: Readonly<Record<string, { readonly code: number }>> = rejectionTable;
    if (known[message.reason]?.code !== message.code) return 'a rejection has no known code';
    if (message.text.length < 5) return 'a rejection says nothing';
  }
  return undefined;
}

/** A WebSocket that counts answers. */
export class Line {
  readonly #socket: WebSocket;
  readonly #codec: ClientCodec;
  readonly #look: (message: DownMessage | undefined) => void;
  #missing = 0;
  #settle: (() => void) | undefined;
  #last: DownMessage | undefined;

  private constructor(
    socket: WebSocket,
    codec: ClientCodec,
    look: (message: DownMessage | undefined) => void,
  ) {
    this.#socket = socket;
    this.#codec = codec;
    this.#look = look;
    socket.on('error', () => undefined);
    socket.on('message', (bytes: Buffer, isBinary) => this.#hear(bytes, isBinary));
    socket.on('close', () => this.#settle?.());
  }

  static open(
    url: string,
    codec: ClientCodec,
    look: (message: DownMessage | undefined) => void,
  ): Promise<Line> {
    const socket = new WebSocket(url, codec.subprotocol);
    socket.binaryType = 'nodebuffer';
    const line = new Line(socket, codec, look);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(line));
      socket.once('error', reject);
    });
  }

  /** Says hello; gives the session's token, or null where that was refused. */
  async hello(token: string | null): Promise<string | null> {
    const id = 'hello' as Extract<DownMessage, { type: 'welcome' }>['requestId'];
    const encoded = this.#codec.encode({ type: 'hello', requestId: id, token });
    const bytes = Buffer.from(encoded);
    await this.ask([frameOf(bytes, typeof encoded !== 'string')]);
    return this.#last?.type === 'welcome' ? this.#last.token : null;
  }

  /** Sends messages and waits for as many answers; false where they do not come in time. */
  async ask(messages: readonly FuzzMessage[], limitMs = ANSWER_WITHIN_MS): Promise<boolean> {
    this.#missing += messages.length;
    if (this.#missing === 0) return true;
    const answered = new Promise<void>((resolve) => {
      this.#settle = resolve;
    });
    const timer = setTimeout(() => this.#settle?.(), limitMs);
    for (const { bytes, isBinary } of messages) this.#socket.send(bytes, { binary: isBinary });
    await answered;
    clearTimeout(timer);
    return this.#missing === 0;
  }

  /** Sends what ends the connection; gives the code it ended with, 0 where it did not. */
  endedBy({ bytes, isBinary }: FuzzMessage): Promise<number> {
    return new Promise((resolve) => {
      setTimeout(() => resolve(0), ANSWER_WITHIN_MS).unref();
      this.#socket.once('close', resolve);
      this.#socket.send(bytes, { binary: isBinary });
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #hear(bytes: Buffer, isBinary: boolean): void {
    const message = this.#codec.decode(isBinary ? bytes : bytes.toString());
    this.#look(message);
    if (message !== undefined && down[message.type].code >= FIRST_PUSH) return;
    this.#last = message;
    this.#missing--;
    if (this.#missing === 0) this.#settle?.();
  }
}
