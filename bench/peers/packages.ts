/**
 * Fetches PostgreSQL and Redis as Debian packages into a folder of our own, without installing
 * anything: apt-get says what is missing and downloads it (checking signatures as always), and
 * `dpkg -x` unpacks it. Nothing here needs root, and nothing outside the folder changes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const APT = '/usr/bin/apt-get';
const TIMEOUT_MS = 300_000;
/** Only compiles queries to machine code, and is by far the largest. */
const UNNEEDED = /^(?:libllvm|postgresql-client|sysstat|logrotate|adduser|init-system-helpers)/;
const WHOLE = '.whole';
/** A network that is not there is found out soon. */
const HASTE = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=20'] as const;

export class PeersMissing extends Error {}

/** Unpacks packages and whatever they need that the system lacks. @throws PeersMissing */
export function fetchPackages(names: readonly string[], cache: string): string {
  const root = join(cache, names.join('+'));
  if (existsSync(join(root, WHOLE))) return root;
  if (!existsSync(APT)) throw missing(names, 'this system has no apt-get');
  mkdirSync(cache, { recursive: true });
  const work = join(cache, `.fetching-${process.pid}`);
  const remove = () => rmSync(work, { recursive: true, force: true });
  remove();
  mkdirSync(work);
  process.once('exit', remove);
  try {
    if (download(names, work, []) !== undefined) {
      // No package lists, or old ones: fetch lists of our own and try once more.
      const own = ownLists(join(work, 'lists'));
      const failed = run(APT, [...own, ...HASTE, 'update'], work) ?? download(names, work, own);
      if (failed !== undefined) throw missing(names, failed);
    }
    unpack(names, work);
    // Another process may have been faster; what it left is in use.
    if (!existsSync(join(root, WHOLE))) renameSync(join(work, 'root'), root);
    return root;
  } finally {
    remove();
    process.off('exit', remove);
  }
}

function ownLists(folder: string): readonly string[] {
  mkdirSync(join(folder, 'partial'), { recursive: true });
  mkdirSync(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  return ['-o', `Dir::State::lists=${folder}`, '-o', `Dir::Cache=${join(folder, 'cache')}`];
}

/** Why it did not work; undefined where it did. */
function download(
  names: readonly string[],
  work: string,
  options: readonly string[],
): string | undefined {
  const simulate = ['-s', '--no-install-recommends', '-o', 'Debug::NoLocking=1'];
  const plan = spawnSync(APT, [...options, ...simulate, 'install', ...names], plain(work));
  if (plan.status !== 0) return lastLine(plan.stderr);
  // "Inst name (version …" is new; "Inst name [old version] (…" is there already.
  const found = [...plan.stdout.matchAll(/^Inst (\S+) \(/gm)].map(([, name = '']) => name);
  const wanted = [...new Set([...found, ...names])].filter((name) => !UNNEEDED.test(name));
  return run(APT, [...options, 'download', ...wanted], work);
}

function unpack(names: readonly string[], work: string): void {
  const root = join(work, 'root');
  mkdirSync(root);
  for (const file of readdirSync(work)) {
    if (!file.endsWith('.deb')) continue;
    const failed = run('dpkg', ['-x', join(work, file), root], work);
    if (failed !== undefined) throw missing(names, failed);
  }
  writeFileSync(join(root, WHOLE), '');
}

function run(command: string, args: readonly string[], cwd: string): string | undefined {
  // Without this, apt-get as root complains that its own user cannot write here.
  const sandbox = command === APT ? ['-o', 'APT::Sandbox::User=root'] : [];
  const { status, stderr, error } = spawnSync(command, [...sandbox, ...args], plain(cwd));
  if (status === 0) return undefined;
  return error?.message ?? lastLine(stderr);
}

function plain(cwd: string) {
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  return { cwd, env, encoding: 'utf8', timeout: TIMEOUT_MS } as const;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function missing(names: readonly string[], why: string): PeersMissing {
  const command = `apt-get update && apt-get install -y --no-install-recommends ${names.join(' ')}`;
  return new PeersMissing(
    `${names.join(' and ')} could not be fetched: ${why}\nRun: sudo sh -c '${command}'`,
  );
}
