/**
 * Starts the peers' servers, each in a temporary folder with a Unix socket there: no port is
 * opened and nobody else can reach them. They are ended by their process ids, and the folder goes
 * with them, also on Ctrl-C.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Children } from '../load/children.ts';
import { findPostgres, findRedis } from './programs.ts';

export interface PeerServer {
  readonly pid: number;
  /** The Unix socket, or for PostgreSQL the folder that holds it. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** Durability is left whole: fsync, synchronous commits and full pages stay on. */
const POSTGRES_SETTINGS = {
  listen_addresses: '',
  max_connections: '200',
  shared_buffers: '512MB',
  dynamic_shared_memory_type: 'mmap',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_buffers: '64MB',
  wal_init_zero: 'on',
  // No checkpoint falls into the run; an operator would space them out as well.
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
  commit_siblings: '5',
  jit: 'off',
  track_activities: 'off',
  log_min_messages: 'fatal',
  log_timezone: 'GMT',
  timezone: 'GMT',
} as const;

const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** @throws Error where it is not here and cannot be fetched, or does not come up. */
export async function startPostgres(children: Children): Promise<PeerServer> {
  const { initdb, postgres, env } = findPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'usher-peer-'));
  const remove = removal(folder);
  try {
    const owner = postgresUser();
    if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
    const data = join(folder, 'data');
    const as = { ...owner, cwd: folder, env: { ...env, TZ: 'GMT' } };
    const flags = ['-D', data, '-U', 'usher', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'];
    const made = spawnSync(initdb, flags, { ...as, encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`);
    const settings = { ...POSTGRES_SETTINGS, unix_socket_directories: folder };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
    writeFileSync(join(data, 'postgresql.conf'), lines.join(''), { flag: 'a' });
    // SIGQUIT lets it end its own processes at once; killed, it would leave shared memory behind.
    const child = children.program(postgres, ['-D', data], { ...as, endSignal: 'SIGQUIT' });
    const pidFile = join(data, 'postmaster.pid');
    await ready(child, () => existsSync(pidFile) && isReady(readFileSync(pidFile, 'utf8')));
    return server(children, child, folder, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

/** @throws Error where it is not here and cannot be fetched, or does not come up. */
export async function startRedis(children: Children): Promise<PeerServer> {
  const { server: program, env } = findRedis();
  const folder = mkdtempSync(join(tmpdir(), 'usher-peer-'));
  const remove = removal(folder);
  const socket = join(folder, 'redis.sock');
  try {
    const flags = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', ''];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];
    // A rewrite of the log in the middle of a run would only slow it down.
    const tuned = ['--auto-aof-rewrite-percentage', '0', '--daemonize', 'no'];
    const args = [...flags, ...durable, ...tuned];
    const child = children.program(program, args, { env, cwd: folder, endSignal: 'SIGKILL' });
    await ready(child, () => existsSync(socket));
    return server(children, child, socket, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

function server(
  children: Children,
  child: ChildProcess,
  socket: string,
  remove: () => void,
): PeerServer {
  const stop = async () => {
    await children.kill(child);
    remove();
  };
  return { pid: child.pid ?? 0, socket, stop };
}

/** Removes the folder, now or when this process ends. */
function removal(folder: string): () => void {
  const remove = () => {
    process.off('exit', remove);
    // A server that is just ending may still be writing there.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  process.once('exit', remove);
  return remove;
}

async function ready(child: ChildProcess, isUp: () => boolean): Promise<void> {
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  let failed: string | undefined;
  child.once('error', (error) => {
    failed = error.message;
  });
  const untilMs = Date.now() + READY_TIMEOUT_MS;
  while (!isUp()) {
    if (child.exitCode !== null) failed = `ended with ${child.exitCode}`;
    if (Date.now() > untilMs) failed = 'did not come up in time';
    if (failed !== undefined) throw new Error(`${child.spawnfile}: ${failed}\n${said.trim()}`);
    await pause(POLL_MS);
  }
}

/** The eighth line of its pid file is its state. */
function isReady(pidFile: string): boolean {
  return pidFile.split('\n')[7]?.trim() === 'ready';
}

/** PostgreSQL refuses to run as root, so root runs it as somebody else. */
function postgresUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'latin1').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody');
}
