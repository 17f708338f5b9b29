/**
 * Where PostgreSQL's and Redis's programs are: the system's own, or unpacked from Debian packages
 * into a cache on first use.
 */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fetchPackages } from './packages.ts';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface RedisProgram {
  readonly server: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Root's own folders are closed to the user that PostgreSQL has to run as, so root keeps its
 * cache where all can read it.
 */
function cacheFolder(): string {
  if (process.getuid?.() === 0) return '/var/cache/usher-peers';
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'usher-peers');
}

/** @throws PeersMissing where it is not here and cannot be fetched. */
export function findPostgres(): PostgresPrograms {
  return postgresUnder('/') ?? fetched(fetchPackages(['postgresql'], cacheFolder()));
}

/** @throws PeersMissing where it is not here and cannot be fetched. */
export function findRedis(): RedisProgram {
  const own = inPath('redis-server');
  if (own !== undefined) return { server: own, env: plainEnv() };
  const root = fetchPackages(['redis-server'], cacheFolder());
  return { server: join(root, 'usr/bin/redis-server'), env: envUnder(root) };
}

function fetched(root: string): PostgresPrograms {
  const programs = postgresUnder(root);
  if (programs === undefined) throw new Error(`there is no PostgreSQL in ${root}`);
  return { ...programs, env: envUnder(root) };
}

/** Debian keeps each version's programs in a folder of its own; the newest is taken. */
function postgresUnder(root: string): PostgresPrograms | undefined {
  const versions = join(root, 'usr/lib/postgresql');
  const bins = foldersIn(versions)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(versions, version, 'bin'));
  const besides = root === '/' ? pathFolders() : [];
  const bin = [...bins, ...besides].find(
    (folder) => isProgram(join(folder, 'initdb')) && isProgram(join(folder, 'postgres')),
  );
  if (bin === undefined) return undefined;
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), env: plainEnv() };
}

/** Libraries that were unpacked beside a program are found by the loader's search path. */
function envUnder(root: string): NodeJS.ProcessEnv {
  const libraries = join(root, 'usr/lib');
  const folders = foldersIn(libraries).filter((name) => name.endsWith('-linux-gnu'));
  const paths = [libraries, ...folders.map((name) => join(libraries, name))];
  return { ...plainEnv(), LD_LIBRARY_PATH: paths.join(delimiter) };
}

/** Nothing of the user's own settings (PGDATA, PGPORT, LANG …) reaches a peer. */
function plainEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' };
}

function pathFolders(): readonly string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}

function inPath(name: string): string | undefined {
  const folders = [...pathFolders(), '/usr/bin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function foldersIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
