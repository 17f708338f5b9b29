/**
 * The real server as a child process, started as an operator starts it, for tests that must see
 * what a user sees: real sockets, real threads, a real database file, and a real kill.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, root } from './built.ts';

const START_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 15_000;

export interface ServerProcessOptions {
  /** Further flags, e.g. `['--shards', '2']`. */
  readonly flags?: readonly string[];
  /** The database file; a new one in a folder of its own by default, deleted at `stop`. */
  readonly data?: string;
  /** 0 by default: a free one. */
  readonly port?: number;
  /** Simulated people; nobody by default. */
  readonly crowd?: number;
  /** False for a file with a catalogue of its own; true by default. */
  readonly demo?: boolean;
  /** Further environment, e.g. a library to be preloaded. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ServerProcess {
  /** e.g. `http://127.0.0.1:34567`. */
  readonly url: string;
  /** e.g. `ws://127.0.0.1:34567/ws`. */
  readonly socketUrl: string;
  readonly port: number;
  /** The database file. */
  readonly data: string;
  /** What it has written to standard error so far: its log. */
  log(): string;
  /** Ends it as a power cut would; the database stays for the next start. */
  kill(): Promise<void>;
  /** Asks it to end, waits, and deletes the database where it was made here. */
  stop(): Promise<void>;
  readonly pid: number;
  /** Resolves when the process has ended, whatever ended it. */
  readonly ended: Promise<ServerEnd>;
  /** Sends a signal and does not wait. */
  signal(name: NodeJS.Signals): void;
}

/** How a process ended: by itself with a code, or by a signal. */
export interface ServerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts the built server with demo data and nobody in it. Rejects with its log if it fails. */
export async function startServerProcess(
  options: ServerProcessOptions = {},
): Promise<ServerProcess> {
  const entry = built('gateway/main.js');
  const folder = options.data ? undefined : await mkdtemp(join(tmpdir(), 'usher-test-'));
  const data = options.data ?? join(folder ?? '', 'usher.db');
  const flags = ['--port', String(options.port ?? 0), '--data', data];
  if (options.demo !== false) flags.push('--demo');
  const crowd = ['--crowd', String(options.crowd ?? 0)];
  const child = spawn(process.execPath, [entry, ...flags, ...crowd, ...(options.flags ?? [])], {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Whatever ends this process, the server does not outlive it.
  const killer = () => void child.kill('SIGKILL');
  process.once('exit', killer);
  child.once('exit', () => process.off('exit', killer));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = `${log}${text}`.slice(-200_000);
  });
  const end = async (signal: NodeJS.Signals) => {
    await ended(child, signal);
  };
  const whenEnded = new Promise<ServerEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  try {
    const url = await addressOf(child, () => log);
    return {
      url,
      socketUrl: `${url.replace(/^http/, 'ws')}/ws`,
      port: Number(new URL(url).port),
      data,
      log: () => log,
      kill: () => end('SIGKILL'),
      async stop() {
        await end('SIGTERM');
        if (folder) await rm(folder, { recursive: true, force: true });
      },
      pid: child.pid ?? 0,
      ended: whenEnded,
      signal: (name) => void child.kill(name),
    };
  } catch (error) {
    await end('SIGKILL');
    if (folder) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The address in the line that the server prints when it is ready. */
function addressOf(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => reject(new Error(`the server ${why}:\n${said}\n${log()}`));
    const timer = setTimeout(() => fail('did not start in time'), START_WITHIN_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [found] = said.match(/http:\/\/[\w.:[\]]+:\d+/) ?? [];
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exit;
  clearTimeout(late);
}
