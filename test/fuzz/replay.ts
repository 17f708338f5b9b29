/**
 * Sends one message to a server of its own, says how that is answered and, where it is not, makes
 * the message as short as still goes unanswered:
 *
 *   node dist/test/fuzz/replay.js --protocol msgpack 92c1
 *
 * Exit codes: 0 answered with a known code, 1 not answered or the server ended, 2 wrong options.
 */
import { isUtf8 } from 'node:buffer';
import { cac } from 'cac';
import { jsonClientCodec, msgpackClientCodec } from '../../gateway/wire/client-codec.ts';
import type { DownMessage } from '../../gateway/wire/message-types.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { Line } from './attacker.ts';
import type { FuzzMessage, Protocol } from './messages.ts';
import { shrink } from './shrink.ts';

const ANSWER_WITHIN_MS = 1_000;

interface Asked {
  readonly protocol: Protocol;
  readonly bytes: Buffer;
  /** Sent as a frame of the other protocol's kind. */
  readonly otherFrame: boolean;
}

/** One server after the other: a message that ends one is tried again on the next. */
class Target {
  readonly #asked: Asked;
  #server: ServerProcess | undefined;
  #alive = false;
  #heard: DownMessage | undefined;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  /** The last answer. */
  get heard(): DownMessage | undefined {
    return this.#heard;
  }

  /** True where a server, greeted or not, does not answer and live on. */
  async fails(bytes: Buffer): Promise<boolean> {
    const { protocol, otherFrame } = this.#asked;
    const isBinary = (protocol === 'json') === otherFrame;
    // The WebSocket protocol itself has a text that is no UTF-8 end the connection.
    if (!isBinary && !isUtf8(bytes)) return false;
    const message: FuzzMessage = { bytes, isBinary, ends: false };
    for (const greets of [true, false]) {
      const url = (await this.#running()).socketUrl;
      const codec = protocol === 'json' ? jsonClientCodec : msgpackClientCodec;
      const line = await Line.open(url, codec, (heard) => {
        this.#heard = heard;
      });
      if (greets) await line.hello(null);
      const answered = await line.ask([message], ANSWER_WITHIN_MS);
      line.close();
      if (!answered || !this.#alive) return true;
    }
    return false;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  async #running(): Promise<ServerProcess> {
    if (this.#server !== undefined && this.#alive) return this.#server;
    await this.#server?.stop();
    const flags = ['--demo-days', '1', '--log-level', 'warn', '--messages-per-second', '0'];
    const server = await startServerProcess({ flags });
    this.#server = server;
    this.#alive = true;
    void server.ended.then(() => {
      if (this.#server === server) this.#alive = false;
    });
    return server;
  }
}

async function replay(asked: Asked): Promise<number> {
  const target = new Target(asked);
  try {
    if (!(await target.fails(asked.bytes))) {
      const { heard } = target;
      const how = heard === undefined ? 'The connection is ended' : JSON.stringify(heard);
      process.stdout.write(`As it should be: ${how}\n`);
      return 0;
    }
    const short = await shrink(asked.bytes, (bytes) => target.fails(bytes));
    process.stdout.write(`Not answered. The shortest such message: ${short.toString('hex')}\n`);
    if (asked.protocol === 'json') process.stdout.write(`${short.toString()}\n`);
    return 1;
  } finally {
    await target.stop();
  }
}

/** @throws Error that says what would be right. */
function read(argv: readonly string[]): Asked | undefined {
  const cli = cac('node dist/test/fuzz/replay.js');
  const command = cli
    .command('<hex>', 'Sends a message, given in hexadecimal, to a server of its own')
    .option('--protocol <name>', 'msgpack or json', { default: 'msgpack' })
    .option('--other-frame', 'Send a text frame as MessagePack, or a binary one as JSON');
  cli.help();
  const { args, options } = cli.parse(['node', 'replay', ...argv], { run: false });
  if (options.help === true) return undefined;
  command.checkUnknownOptions();
  command.checkOptionValue();
  const { protocol } = options;
  if (protocol !== 'msgpack' && protocol !== 'json') {
    throw new Error(`--protocol is msgpack or json, not ${String(protocol)}`);
  }
  // Taken from the arguments as they are: a reader of options makes numbers of digits.
  const hex = argv.find((each) => /^([0-9a-f]{2})+$/i.test(each));
  if (hex === undefined || args.length !== 1) {
    throw new Error('Give one message in hexadecimal, two digits a byte, e.g. 92c1');
  }
  return { protocol, bytes: Buffer.from(hex, 'hex'), otherFrame: options.otherFrame === true };
}

async function main(): Promise<number> {
  let asked: Asked | undefined;
  try {
    asked = read(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  return asked === undefined ? 0 : await replay(asked);
}

process.exitCode = await main();
