/** What a command has begun to write goes away with it, also where Ctrl-C ends it half-way. */
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Removes these files when `act` ends, however it ends. */
export async function withParts<Result>(
  parts: readonly string[],
  act: () => Promise<Result>,
): Promise<Result> {
  const remove = () => {
    for (const part of parts) rmSync(part, { force: true });
  };
  const stop = (signal: NodeJS.Signals) => {
    remove();
    process.stderr.write('usher: stopped; nothing was changed.\n');
    // By itself it would end only when SQLite's thread is done.
    for (const each of signals) process.off(each, stop);
    process.kill(process.pid, signal);
  };
  for (const each of signals) process.on(each, stop);
  try {
    return await act();
  } finally {
    for (const each of signals) process.off(each, stop);
    remove();
  }
}

/** What the disk has been told to keep: a file's content, or the names in a folder. */
export function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A second name for a file, or a copy where the file system has no such thing. */
export function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw error;
    copyFileSync(from, to);
  }
}

/** Gives a finished file its name, unless something has that name by now. */
export function nameIt(part: string, name: string): void {
  try {
    linkSync(part, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw error;
    renameSync(part, name);
  }
}
