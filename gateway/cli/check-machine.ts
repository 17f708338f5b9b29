/** What `usher doctor` looks at, one by one: each says how it is, and what to do if it is bad. */
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
import { basename, dirname, join } from 'node:path';
import { affordableConnections } from '../open-files.ts';
import { findServer } from '../operators/control-file.ts';
import { loadUws } from '../sockets/load-uws.ts';
import { faultOf } from './faults.ts';
import { proveFile } from './prove-file.ts';

export interface Check {
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'bad';
  readonly said: string;
}

const NODE_AT_LEAST = [20, 20] as const;
const SPACE_USUAL_MIB = 1_024;
const SPACE_AT_LEAST_MIB = 32;
const FSYNC_SLOW_MS = 20;
const CONNECTIONS_USUAL = 4_096;
const ANSWER_WITHIN_MS = 3_000;
const CLOCK_SLACK_MS = 5_000;

export function nodeVersion(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wanted, wantedMinor] = NODE_AT_LEAST;
  const isEnough = major > wanted || (major === wanted && minor >= wantedMinor);
  const said = isEnough
    ? version
    : `${version} is too old: install ${wanted}.${wantedMinor} or later`;
  return { what: 'Node', state: isEnough ? 'ok' : 'bad', said };
}

export function sockets(): Check {
  try {
    loadUws();
    return { what: 'sockets', state: 'ok', said: 'the native addon is loaded' };
  } catch (error) {
    return { what: 'sockets', state: 'bad', said: faultOf(error).sentence };
  }
}

export function openFiles(): Check {
  const most = affordableConnections(CONNECTIONS_USUAL, 1);
  if (most >= CONNECTIONS_USUAL) return { what: 'open files', state: 'ok', said: 'enough' };
  const advice = 'raise "ulimit -n", or LimitNOFILE= of the unit';
  return { what: 'open files', state: 'warn', said: `only ${most} connections: ${advice}` };
}

/** The folder, or the nearest above it that is there already. */
function standing(data: string): string {
  let where = dirname(data);
  while (!isFolder(where) && where !== dirname(where)) where = dirname(where);
  return where;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

export function folder(data: string): Check {
  const what = 'folder';
  const where = standing(data);
  if (isFolder(data)) return { what, state: 'bad', said: `${data} is one: name the file in it` };
  for (let path = dirname(data); path !== where; path = dirname(path)) {
    if (!existsSync(path)) continue;
    return { what, state: 'bad', said: `${path} is a file: name another --data` };
  }
  try {
    accessSync(where, constants.W_OK | constants.X_OK);
  } catch {
    const said = `${where} may not be written by you: "chown" it to the server's user`;
    return { what, state: 'bad', said };
  }
  const isThere = where === dirname(data);
  const said = isThere ? `${where} may be written` : `${dirname(data)} is made at the start`;
  return { what, state: 'ok', said };
}

export function diskSpace(data: string): Check {
  const { bavail, bsize } = statfsSync(standing(data));
  const mib = Math.floor((bavail * bsize) / 1024 / 1024);
  const state = mib >= SPACE_USUAL_MIB ? 'ok' : mib >= SPACE_AT_LEAST_MIB ? 'warn' : 'bad';
  const advice = state === 'ok' ? '' : ': make room, for a full disk stops all sales';
  return { what: 'disk', state, said: `${mib} MiB are free${advice}` };
}

/** Every decision waits for a sync: it had better be quick. */
export function syncing(data: string): Check {
  const what = 'sync';
  const path = join(standing(data), `.usher-doctor-${process.pid}`);
  try {
    const file = openSync(path, 'w', 0o600);
    try {
      const startedMs = performance.now();
      for (let round = 0; round < 10; round++) {
        writeSync(file, 'x'.repeat(4_096));
        fsyncSync(file);
      }
      const eachMs = (performance.now() - startedMs) / 10;
      const isSlow = eachMs > FSYNC_SLOW_MS;
      const advice = isSlow ? ': use a faster disk, or one with a protected cache' : '';
      return { what, state: isSlow ? 'warn' : 'ok', said: `${eachMs.toFixed(2)} ms${advice}` };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { what, state: 'bad', said: faultOf(error).sentence };
  } finally {
    rmSync(path, { force: true });
  }
}

/** The keys of tickets and sessions, and people's addresses, are in them. */
export function files(data: string): Check {
  const what = 'files';
  const all = ['', '-wal', '-shm', '-mark', '-server.json'].map((end) => `${data}${end}`);
  const there = all.filter((file) => existsSync(file));
  if (there.length === 0) return { what, state: 'ok', said: 'there are none yet' };
  const closed = there.filter((file) => !may(file));
  if (closed.length > 0) {
    const said = `${closed.join(', ')} may not be written by you: are you the server's user?`;
    return { what, state: 'bad', said };
  }
  const open = there.filter((file) => (statSync(file).mode & 0o077) !== 0);
  const names = open.map((file) => basename(file)).join(', ');
  const how = `chmod 600 ${open.join(' ')}`;
  if (open.length > 0) return { what, state: 'warn', said: `others may read ${names}: ${how}` };
  return { what, state: 'ok', said: 'their owner alone reads them' };
}

function may(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A server that runs is asked whether it is ready; else its port has to be free. */
export async function listening(data: string, host: string, port: number): Promise<Check> {
  const found = findServer(data);
  if (found.type === 'running') {
    const { url, pid } = found.facts;
    const why = await unready(url);
    if (why === undefined) return { what: 'server', state: 'ok', said: `is ready at ${url}` };
    return { what: 'server', state: 'bad', said: `process ${pid} at ${url} ${why}` };
  }
  const what = 'port';
  const code = await new Promise<string | undefined>((done) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => done(undefined)));
  });
  switch (code) {
    case undefined:
      return { what, state: 'ok', said: `${host}:${port} is free` };
    case 'EADDRINUSE':
      return { what, state: 'bad', said: `${host}:${port} is taken: choose another --port` };
    case 'EACCES':
      return { what, state: 'bad', said: `${port} is not for you: choose one above 1023` };
    default:
      return { what, state: 'bad', said: `${host}:${port} cannot be used (${code}): see --host` };
  }
}

async function unready(url: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const answer = await fetch(`${url}/readyz`, { signal });
    return answer.ok ? undefined : `is ${(await answer.text()).trim()}: its log says more`;
  } catch {
    return 'does not answer: its log says more; start it again';
  }
}

export async function theLog(data: string, nowMs: number): Promise<readonly Check[]> {
  if (!existsSync(data)) return [{ what: 'log', state: 'ok', said: 'there is none yet' }];
  try {
    const { frames, lastMs } = await proveFile(data);
    const log: Check = { what: 'log', state: 'ok', said: `${frames} frames, kept by the rules` };
    if (lastMs <= nowMs + CLOCK_SLACK_MS) return [log];
    const ahead = `the log was written until ${new Date(lastMs).toISOString()}, and it is earlier`;
    const said = `${ahead} by this clock: set it right (NTP) before the server starts`;
    return [log, { what: 'clock', state: 'bad', said }];
  } catch (error) {
    const said = `${faultOf(error).sentence} Keep copies of all its files, then restore a backup.`;
    return [{ what: 'log', state: 'bad', said }];
  }
}
