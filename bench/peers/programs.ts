/**
 * PostgreSQL and Redis for the comparison: those that the system has, or else Debian's packages,
 * unpacked into a folder of this project's, so that nothing is installed and nothing needs root.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Program {
  readonly path: string;
  /** For the program's own libraries, where it was unpacked. */
  readonly env: Readonly<Record<string, string>>;
}

export interface PostgresPrograms {
  readonly initdb: Program;
  readonly postgres: Program;
}

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/usher-peers', import.meta.url));
const APT_TIMEOUT_MS = 120_000;

/** @throws Error that names the one command to run. */
export function findPostgres(): PostgresPrograms {
  const found = within('/', postgresIn) ?? within(unpacked('postgresql'), postgresIn);
  if (found === undefined) throw new Error(missing('PostgreSQL', 'postgresql'));
  return found;
}

/** @throws Error that names the one command to run. */
export function findRedis(): Program {
  const found = within('/', redisIn) ?? within(unpacked('redis-server'), redisIn);
  if (found === undefined) throw new Error(missing('Redis', 'redis-server'));
  return found;
}

const missing = (name: string, packageName: string): string =>
  `${name} is not here and could not be fetched: apt-get install -y ${packageName}`;

function within<Found>(
  root: string | undefined,
  find: (root: string, program: (path: string) => Program) => Found | undefined,
): Found | undefined {
  if (root === undefined) return undefined;
  const libraries = root === '/' ? [] : librariesIn(root);
  const env: Record<string, string> =
    libraries.length === 0 ? {} : { LD_LIBRARY_PATH: libraries.join(':') };
  return find(root, (path) => ({ path, env }));
}

function postgresIn(
  root: string,
  program: (path: string) => Program,
): PostgresPrograms | undefined {
  const versions = join(root, 'usr/lib/postgresql');
  if (!existsSync(versions)) return undefined;
  const newest = readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0] ?? '';
  const bin = join(versions, newest, 'bin');
  const [initdb, postgres] = [join(bin, 'initdb'), join(bin, 'postgres')];
  if (!existsSync(initdb) || !existsSync(postgres)) return undefined;
  return { initdb: program(initdb), postgres: program(postgres) };
}

function redisIn(root: string, program: (path: string) => Program): Program | undefined {
  // Debian's server is the checking tool under another name; unpacked, its link may lead nowhere.
  for (const name of ['usr/bin/redis-server', 'usr/local/bin/redis-server']) {
    const path = join(root, name);
    if (existsSync(path)) return program(path);
  }
  return undefined;
}

function librariesIn(root: string): readonly string[] {
  const folder = join(root, 'usr/lib');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('-linux-gnu'))
    .map((path) => join(folder, path));
}

/** The folder with the package and what it needs beside what the system has; undefined offline. */
function unpacked(packageName: string): string | undefined {
  const folder = join(CACHE, packageName);
  if (existsSync(folder)) return folder;
  const making = `${folder}.${process.pid}`;
  try {
    mkdirSync(making, { recursive: true });
    const wanted = ['--no-install-recommends', '-s', 'install', packageName];
    const plan = apt(wanted, making);
    const packages = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '');
    apt(['download', ...packages], making);
    for (const file of readdirSync(making).filter((name) => name.endsWith('.deb'))) {
      execFileSync('dpkg-deb', ['-x', file, '.'], { cwd: making, stdio: 'ignore' });
      rmSync(join(making, file));
    }
    renameSync(making, folder);
    return folder;
  } catch {
    rmSync(making, { recursive: true, force: true });
    // Another process may have been quicker.
    return existsSync(folder) ? folder : undefined;
  }
}

function apt(args: readonly string[], cwd: string): string {
  return execFileSync('apt-get', ['-q', ...args], {
    cwd,
    encoding: 'utf8',
    timeout: APT_TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
