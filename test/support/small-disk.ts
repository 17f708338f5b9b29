/**
 * A disk that runs full: a small file system in memory where one may be mounted, and otherwise a
 * limit on how large the server's files may grow, which the system keeps just as strictly.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly kind: 'mount' | 'limit';
  /** Where the database goes. */
  readonly folder: string;
  /** To be called when the server runs, with its process id. */
  confine(pid: number): void;
  /** There is space again. */
  grow(): void;
  remove(): void;
}

const run = (command: string, ...args: readonly string[]) =>
  execFileSync(command, args, { stdio: 'pipe' });

/** A disk of `bytes`. @throws Error naming the commands, where neither way is open. */
export function smallDisk(bytes: number, kinds: readonly SmallDisk['kind'][]): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'usher-small-'));
  const said: string[] = [];
  for (const kind of kinds) {
    try {
      return kind === 'mount' ? mounted(folder, bytes) : limited(folder, bytes);
    } catch (error) {
      said.push(error instanceof Error ? error.message : String(error));
    }
  }
  rmSync(folder, { recursive: true, force: true });
  throw new Error(
    `a disk cannot be made to run full here: "mount -t tmpfs" (as root) or "prlimit" (of ` +
      `util-linux) is needed:\n${said.join('\n')}`,
  );
}

function mounted(folder: string, bytes: number): SmallDisk {
  run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder);
  return {
    kind: 'mount',
    folder,
    confine: () => undefined,
    grow: () => void run('mount', '-o', `remount,size=${bytes * 16}`, folder),
    remove() {
      run('umount', '--lazy', folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function limited(folder: string, bytes: number): SmallDisk {
  run('prlimit', '--version');
  let confined = 0;
  return {
    kind: 'limit',
    folder,
    confine(pid) {
      confined = pid;
      run('prlimit', '--pid', String(pid), `--fsize=${bytes}:unlimited`);
    },
    grow: () => void run('prlimit', '--pid', String(confined), '--fsize=unlimited:unlimited'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
