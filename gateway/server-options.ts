/**
 * The server's settings, from the command line or the environment (`--port 80` or
 * `USHER_PORT=80`), each checked, each refusal saying what would be right.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { limits } from '../engine/limits.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The database file. */
  readonly data: string;
  /** Fills the catalogue with the demo cities, and adds the days that have come since. */
  readonly demo: boolean;
  readonly demoSeed: number;
  readonly demoDays: number;
  /** Simulated people. */
  readonly crowd: number;
  readonly shards: number;
  readonly gateways: number;
  readonly messagesPerSecond: number;
  readonly maxConnections: number;
  /** Log of one partition, in KiB, after which a snapshot of it is saved. */
  readonly snapshotAfterKib: number;
  /** Starts although the log ends before what was acknowledged. */
  readonly acceptLoss: boolean;
  readonly logLevel: string;
  /** Where people reach the server; what it listens on where this is empty. */
  readonly publicUrl: string;
  /** Who takes the money [P1]: `none`, `sandbox` or `stripe`. */
  readonly payments: string;
  readonly sandboxPort: number;
  readonly sandboxUrl: string;
  readonly sandboxSecret: string;
  readonly stripeSecretKey: string;
  readonly stripeWebhookSecret: string;
  /** Stripe's own where this is empty. */
  readonly stripeApiUrl: string;
  /** Where mail is handed in, e.g. `smtp://user:secret@mail.example:587`; empty for none. */
  readonly smtpUrl: string;
  readonly mailFrom: string;
  readonly smsUrl: string;
  readonly smsAccount: string;
  readonly smsToken: string;
  readonly smsFrom: string;
  /** Whether partners' webhooks may go to private addresses and over plain HTTP. */
  readonly allowLocalWebhooks: boolean;
}

/** A setting that cannot be used; its message is for the operator. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

interface OptionSpec {
  readonly flag: string;
  readonly help: string;
  readonly fallback: string | number | boolean;
  /** For numbers. */
  readonly least?: number;
  readonly most?: number;
  readonly oneOf?: readonly string[];
}

const providers = ['none', 'sandbox', 'stripe'];
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
/** Two cores do best with one of each; further cores are shared out between them. */
const pairs = Math.max(1, Math.floor(cpus().length / 4));

const specs: Readonly<Record<keyof ServerOptions, OptionSpec>> = {
  host: { flag: '--host <address>', help: 'Address to listen on', fallback: '127.0.0.1' },
  port: {
    flag: '--port <number>',
    help: 'Port to listen on; 0 picks a free one',
    fallback: 8080,
    least: 0,
    most: 65_535,
  },
  data: { flag: '--data <file>', help: 'Database file', fallback: 'data/usher.db' },
  demo: { flag: '--demo', help: 'Fill the catalogue with the demo cities', fallback: false },
  demoSeed: {
    flag: '--demo-seed <number>',
    help: 'Seed of the demo data',
    fallback: 1,
    least: 0,
    most: 2 ** 31,
  },
  demoDays: {
    flag: '--demo-days <number>',
    help: 'Days of demo shows',
    fallback: 7,
    least: 1,
    most: 30,
  },
  crowd: {
    flag: '--crowd <people>',
    help: 'Simulated people who browse, hold, wait and book',
    fallback: 0,
    least: 0,
    most: 5_000,
  },
  shards: {
    flag: '--shards <number>',
    help: 'Threads that decide',
    fallback: pairs,
    least: 1,
    most: 64,
  },
  gateways: {
    flag: '--gateways <number>',
    help: 'Threads that serve sockets',
    fallback: pairs,
    least: 1,
    most: 64,
  },
  messagesPerSecond: {
    flag: '--messages-per-second <number>',
    help: 'What one connection may send; 0 for no limit',
    fallback: 50,
    least: 0,
    most: 1_000_000,
  },
  maxConnections: {
    flag: '--max-connections <number>',
    help: 'Connections one gateway accepts',
    fallback: 50_000,
    least: 1,
    most: 1_000_000,
  },
  snapshotAfterKib: {
    flag: '--snapshot-after-kib <number>',
    help: 'Log of one partition after which its state is saved',
    fallback: limits.snapshotAfterBytes / 1024,
    least: 1,
    most: 1_048_576,
  },
  acceptLoss: {
    flag: '--accept-loss',
    help: 'Start although the log ends before what was acknowledged',
    fallback: false,
  },
  logLevel: {
    flag: '--log-level <level>',
    help: `Least severe log line on stderr: ${logLevels.join(', ')}`,
    fallback: 'info',
    oneOf: logLevels,
  },
  publicUrl: {
    flag: '--public-url <url>',
    help: 'Where people reach the server, if not where it listens',
    fallback: '',
  },
  payments: {
    flag: '--payments <provider>',
    help: `Who takes the money: ${providers.join(', ')}`,
    fallback: 'none',
    oneOf: providers,
  },
  sandboxPort: {
    flag: '--sandbox-port <number>',
    help: 'Where the sandbox provider listens that is started; 0 picks a free one',
    fallback: 8081,
    least: 0,
    most: 65_535,
  },
  sandboxUrl: {
    flag: '--sandbox-url <url>',
    help: 'The sandbox provider, where it runs already; else it is started',
    fallback: '',
  },
  sandboxSecret: { flag: '--sandbox-secret <text>', help: 'Shared with it', fallback: '' },
  stripeSecretKey: {
    flag: '--stripe-secret-key <key>',
    help: 'Key of Stripe; better set in the environment, where others do not read it',
    fallback: '',
  },
  stripeWebhookSecret: {
    flag: '--stripe-webhook-secret <text>',
    help: "Signing secret of Stripe's webhook endpoint; better set in the environment",
    fallback: '',
  },
  stripeApiUrl: {
    flag: '--stripe-api-url <url>',
    help: "Another API than Stripe's own, for tests",
    fallback: '',
  },
  smtpUrl: {
    flag: '--smtp-url <url>',
    help: 'Where mail is handed in; none is sent without it',
    fallback: '',
  },
  mailFrom: {
    flag: '--mail-from <address>',
    help: 'Sender of mail',
    fallback: 'Usher <tickets@usher.invalid>',
  },
  smsUrl: {
    flag: '--sms-url <url>',
    help: 'Gateway for text messages, in the form of Twilio',
    fallback: '',
  },
  smsAccount: { flag: '--sms-account <text>', help: 'Account at that gateway', fallback: '' },
  smsToken: { flag: '--sms-token <text>', help: 'Its secret', fallback: '' },
  smsFrom: { flag: '--sms-from <number>', help: 'Sender of text messages', fallback: '' },
  allowLocalWebhooks: {
    flag: '--allow-local-webhooks',
    help: 'Webhooks may go to private addresses, and over plain HTTP',
    fallback: false,
  },
};

/** Every setting as it is where nobody says otherwise. */
export function defaultOptions(): ServerOptions {
  const keys = Object.keys(specs) as (keyof ServerOptions)[];
  return Object.fromEntries(
    keys.map((key) => [key, specs[key].fallback]),
  ) as unknown as ServerOptions;
}

/**
 * Reads the settings; undefined where help was asked for and has been printed.
 * @throws OptionError naming the setting and what it can be.
 */
export function readServerOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ServerOptions | undefined {
  const given = parseFlags(argv.slice(2));
  if (given.help === true) {
    process.stdout.write(helpText());
    return undefined;
  }
  const read = (key: keyof ServerOptions) =>
    check(specs[key], given[flagName(key)] ?? env[variableName(key)]);
  return Object.fromEntries(
    (Object.keys(specs) as (keyof ServerOptions)[]).map((key) => [key, read(key)]),
  ) as unknown as ServerOptions;
}

/** `demoDays` is `--demo-days`. */
function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `demoDays` is `USHER_DEMO_DAYS`. */
function variableName(key: string): string {
  return `USHER_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** What the environment can say. */
export function settingNames(): readonly string[] {
  return Object.keys(specs).map(variableName);
}

type Given = Readonly<Record<string, string | boolean | undefined>>;

function parseFlags(args: readonly string[]): Given {
  const flags = Object.entries(specs).map(([key, { fallback }]) => {
    const type = typeof fallback === 'boolean' ? ('boolean' as const) : ('string' as const);
    return [flagName(key), { type }] as const;
  });
  const help = { type: 'boolean' as const, short: 'h' };
  const options = { ...Object.fromEntries(flags), help };
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowNegative: true });
    return values;
  } catch (error) {
    const [what = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const sentence = what.replaceAll("'", '"').replace(/\.? *$/, '.');
    throw new OptionError(`${sentence} See --help.`);
  }
}

/** Above the first setting of each group. */
const headings: Readonly<Partial<Record<keyof ServerOptions, string>>> = {
  host: 'Where',
  demo: 'A demo',
  shards: 'Size and limits',
  publicUrl: 'Money',
  smtpUrl: 'Messages',
};

function helpText(): string {
  const rows = (Object.keys(specs) as (keyof ServerOptions)[]).map((key) => {
    const { flag, help, fallback } = specs[key];
    const usual = fallback === '' || fallback === false ? '' : ` (default: ${String(fallback)})`;
    const heading = headings[key];
    const above = heading === undefined ? '' : `\n${heading}\n`;
    return `${above}  ${flag.padEnd(32)}${help}${usual}`;
  });
  const usage =
    'Usage: usher serve [options]\n\n' +
    'Each may also be set in the environment, --smtp-url as USHER_SMTP_URL; secrets had better ' +
    'be,\nsince everybody on this machine sees the flags of a process.\n';
  return `${usage}${rows.join('\n')}\n\n  ${'-h, --help'.padEnd(32)}Says this\n`;
}

function check(spec: OptionSpec, given: unknown): string | number | boolean {
  const { flag, fallback } = spec;
  if (given === undefined) return fallback;
  if (typeof fallback === 'boolean') {
    if (given === true || given === 'true' || given === '1') return true;
    if (given === false || given === 'false' || given === '0' || given === '') return false;
    throw new OptionError(`${flag} is true or false, not "${String(given)}".`);
  }
  const text = String(given);
  if (text.trim() === '' || typeof given === 'boolean') {
    throw new OptionError(`${flag} needs a value.`);
  }
  if (typeof fallback === 'string') {
    if (spec.oneOf !== undefined && !spec.oneOf.includes(text)) {
      throw new OptionError(`${flag} is one of ${spec.oneOf.join(', ')}, not "${text}".`);
    }
    return text;
  }
  const value = Number(text);
  const { least = 0, most = Number.MAX_SAFE_INTEGER } = spec;
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new OptionError(
      `${flag} is a whole number from ${least} to ${most}, not "${String(given)}".`,
    );
  }
  return value;
}
