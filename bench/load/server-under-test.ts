/** The booking server as the load meets it: a real process with a log file of its own. */
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Children } from './children.ts';

const READY_TIMEOUT_MS = 120_000;
const ADDRESS = /http:\/\/(127\.0\.0\.1):(\d+)/;
const MAIN = new URL('../../gateway/main.js', import.meta.url);
const OUTPUT_KEPT = 4_000;

export interface ServerUnderTest {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly host: string;
  readonly port: number;
}

export interface ServerOptions {
  readonly dataPath: string;
  /** Where to leave CPU profiles of its threads; they slow it down. */
  readonly profileDirectory: string | undefined;
  /** Whether it makes up a catalogue. */
  readonly demo: boolean;
}

/** Starts the server and waits for its address. @throws Error where it does not come up. */
export async function startServer(
  children: Children,
  { dataPath, profileDirectory, demo }: ServerOptions,
): Promise<ServerUnderTest> {
  const main = fileURLToPath(MAIN);
  if (!existsSync(main)) throw new Error(`there is no ${main}: compile first`);
  const profiling =
    profileDirectory === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`, '--cpu-prof-interval=500'];
  const flags = ['--port', '0', '--data', dataPath, ...(demo ? ['--demo', '--crowd', '0'] : [])];
  const child = children.node([...profiling, main, ...flags, '--messages-per-second', '0']);
  const { host, port } = await addressOf(child);
  return { process: child, pid: child.pid ?? 0, host, port };
}

function addressOf(child: ChildProcess): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    let output = '';
    const failed = (what: string) => {
      clearTimeout(timer);
      reject(new Error(`the server ${what}; it said:\n${output.trim()}`));
    };
    const timer = setTimeout(() => failed('did not come up in time'), READY_TIMEOUT_MS);
    const listen = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_KEPT);
      const [, host, port] = ADDRESS.exec(output) ?? [];
      if (host === undefined || port === undefined) return;
      clearTimeout(timer);
      resolve({ host, port: Number(port) });
    };
    // Both stay read, or a server that logs a lot would stop at a full pipe.
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', (error) => failed(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => failed(`ended with ${code ?? signal}`));
  });
}
