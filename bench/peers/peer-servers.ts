/** PostgreSQL and Redis on loopback, in a folder of the run, as durable as their settings allow. */
import { type ChildProcess, execFileSync, type SpawnOptions } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Children } from '../load/children.ts';
import { findPostgres, findRedis, type Program } from './programs.ts';

export interface PeerServer {
  readonly process: ChildProcess;
  /** A folder with PostgreSQL's socket, or Redis's socket itself. */
  readonly socket: string;
  readonly port: number;
}

const START_TIMEOUT_MS = 20_000;
const LOOK_MS = 50;
/** PostgreSQL does not run as root; this one may do nothing else on any system. */
const NOBODY = 65_534;

/**
 * Tuned for this work and nothing else on the machine, with every commit on disk before it is
 * told, as Usher does it.
 */
const postgresSettings = {
  listen_addresses: '',
  shared_buffers: '256MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  checkpoint_timeout: '30min',
  wal_buffers: '16MB',
  max_connections: '200',
  jit: 'off',
} as const;

/** @throws Error where it is missing or does not start. */
export async function startPostgres(children: Children, directory: string): Promise<PeerServer> {
  const { initdb, postgres } = findPostgres();
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const data = join(directory, 'postgres');
  mkdirSync(data, { mode: 0o700 });
  if (isRoot) {
    chownSync(data, NOBODY, NOBODY);
    chmodSync(directory, 0o755);
  }
  const made = ['-D', data, '-U', 'bench', '--auth=trust', '--no-locale', '-E', 'UTF8'];
  execFileSync(initdb.path, made, { ...as, ...environment(initdb), cwd: data, stdio: 'ignore' });
  const settings = Object.entries(postgresSettings).flatMap(([name, value]) => {
    return ['-c', `${name}=${value}`];
  });
  const port = 5_432;
  const args = ['-D', data, '-k', data, '-p', String(port), ...settings];
  const options = { ...as, ...environment(postgres), cwd: data };
  const server = children.spawn(postgres.path, args, options);
  await listening(server, 'PostgreSQL', join(data, `.s.PGSQL.${port}`));
  return { process: server, socket: data, port };
}

/** @throws Error where it is missing or does not start. */
export async function startRedis(children: Children, directory: string): Promise<PeerServer> {
  const redis = findRedis();
  const port = await freePort();
  const settings = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''],
    ...['--appendonly', 'yes', '--appendfsync', 'always', '--daemonize', 'no'],
    ...['--no-appendfsync-on-rewrite', 'no', '--auto-aof-rewrite-percentage', '0'],
  ];
  const server = children.spawn(redis.path, settings, environment(redis));
  await listening(server, 'Redis', port);
  return { process: server, socket: '', port };
}

function environment({ env }: Program): Pick<SpawnOptions, 'env'> {
  return { env: { ...process.env, ...env, LC_ALL: 'C' } };
}

async function listening(
  server: ChildProcess,
  name: string,
  where: string | number,
): Promise<void> {
  const untilMs = Date.now() + START_TIMEOUT_MS;
  let output = '';
  const listen = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-2_000);
  };
  server.stdout?.on('data', listen);
  server.stderr?.on('data', listen);
  while (!(await answers(where))) {
    if (server.exitCode !== null || Date.now() > untilMs) {
      throw new Error(`${name} does not start; it said:\n${output.trim()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function answers(where: string | number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket =
      typeof where === 'string' ? connect(where) : connect({ port: where, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
