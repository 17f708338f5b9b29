/** `usher doctor`: looks at everything that a server needs, and says what to do about it. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { readControlFile } from '../operators/control-file.ts';
import { loadUws } from '../sockets/load-uws.ts';
import { type Command, dataOption, EXIT, jsonOption, readArgs, tell } from './command.ts';
import { proveFile } from './prove-file.ts';

interface Check {
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'bad';
  readonly said: string;
}

const NODE_AT_LEAST = [20, 20] as const;
const SPACE_AT_LEAST_MIB = 1_024;
const FSYNC_SLOW_MS = 20;

export const doctor: Command = {
  name: 'doctor',
  usage: 'usher doctor [--data <file>] [--port <number>]',
  summary: 'Look at everything a server needs, and say what to do',
  help: `  --data <file>     The database file (default: data/usher.db)
  --port <number>   The port that the server is to listen on (default: 8080)
  --json            One JSON object on standard output

Exit code 0: nothing is bad; 1: something is.`,
  async run(args) {
    const { values } = readArgs(args, {
      ...dataOption,
      ...jsonOption,
      port: { type: 'string', default: '8080' },
    });
    const data = resolve(values.data);
    const checks: Check[] = [
      nodeVersion(),
      sockets(),
      folder(data),
      space(data),
      syncing(data),
      permissions(data),
      await port(data, Number(values.port)),
      await log(data),
    ];
    tell(
      values.json,
      { checks },
      checks.map(({ what, state, said }) => `${state.padEnd(5)}${what.padEnd(14)}${said}`),
    );
    return checks.some(({ state }) => state === 'bad') ? EXIT.failed : EXIT.done;
  },
};

function nodeVersion(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wanted, wantedMinor] = NODE_AT_LEAST;
  const isEnough = major > wanted || (major === wanted && minor >= wantedMinor);
  const said = isEnough ? process.version : `${process.version}: install ${wanted}.${wantedMinor}`;
  return { what: 'Node', state: isEnough ? 'ok' : 'bad', said };
}

function sockets(): Check {
  try {
    loadUws();
    return { what: 'sockets', state: 'ok', said: 'the native addon is loaded' };
  } catch (error) {
    return { what: 'sockets', state: 'bad', said: error instanceof Error ? error.message : '' };
  }
}

function folder(data: string): Check {
  const where = dirname(data);
  try {
    accessSync(where, constants.W_OK);
    return { what: 'folder', state: 'ok', said: `${where} can be written` };
  } catch {
    const said = `${where} is not there or cannot be written; the server makes it if it may`;
    return { what: 'folder', state: existsSync(where) ? 'bad' : 'warn', said };
  }
}

function space(data: string): Check {
  const where = existsSync(dirname(data)) ? dirname(data) : '.';
  const { bavail, bsize } = statfsSync(where);
  const mib = Math.floor((bavail * bsize) / 1024 / 1024);
  const state = mib >= SPACE_AT_LEAST_MIB ? 'ok' : 'warn';
  const advice = state === 'ok' ? '' : '; a full disk stops all sales';
  return { what: 'disk', state, said: `${mib} MiB are free${advice}` };
}

/** Every decision waits for a sync: it had better be quick. */
function syncing(data: string): Check {
  const path = join(
    existsSync(dirname(data)) ? dirname(data) : '.',
    `.usher-doctor-${process.pid}`,
  );
  try {
    const file = openSync(path, 'w');
    const startedMs = performance.now();
    for (let round = 0; round < 10; round++) {
      writeSync(file, 'x'.repeat(4_096));
      fsyncSync(file);
    }
    const eachMs = (performance.now() - startedMs) / 10;
    closeSync(file);
    const isSlow = eachMs > FSYNC_SLOW_MS;
    const advice = isSlow ? '; use a faster disk, or one with a protected cache' : '';
    const said = `${eachMs.toFixed(2)} ms${advice}`;
    return { what: 'sync', state: isSlow ? 'warn' : 'ok', said };
  } catch (error) {
    return { what: 'sync', state: 'bad', said: error instanceof Error ? error.message : '' };
  } finally {
    rmSync(path, { force: true });
  }
}

function permissions(data: string): Check {
  if (!existsSync(data)) return { what: 'file', state: 'ok', said: 'there is none yet' };
  const isOpen = (statSync(data).mode & 0o077) !== 0;
  const said = isOpen ? `${data} can be read by others: chmod 600` : 'its owner alone reads it';
  return { what: 'file', state: isOpen ? 'warn' : 'ok', said };
}

async function port(data: string, wanted: number): Promise<Check> {
  const running = readControlFile(data);
  if (running !== undefined) {
    return { what: 'port', state: 'ok', said: `a server runs at ${running.url}` };
  }
  const isFree = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port: wanted, host: '127.0.0.1', exclusive: true }, () => {
      probe.close(() => resolve(true));
    });
  });
  const said = isFree ? `${wanted} is free` : `${wanted} is taken; choose another --port`;
  return { what: 'port', state: isFree ? 'ok' : 'bad', said };
}

async function log(data: string): Promise<Check> {
  if (!existsSync(data)) return { what: 'log', state: 'ok', said: 'there is none yet' };
  try {
    const { frames } = await proveFile(data);
    return { what: 'log', state: 'ok', said: `${frames} frames, kept by the rules` };
  } catch (error) {
    return { what: 'log', state: 'bad', said: error instanceof Error ? error.message : '' };
  }
}
