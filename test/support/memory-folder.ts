/**
 * A folder in memory where the system has such a place, for tests to which it does not matter
 * what a disk takes to sync: they decide themselves what gets there.
 */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function memoryFolder(name: string): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), `usher-${name}-`));
}
