/** A folder for one run, gone afterwards, also where Ctrl-C ends it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function inTemporaryFolder<Result>(
  work: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'usher-bench-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  // Ctrl-C ends the process without coming past the `finally` below.
  process.once('exit', remove);
  try {
    return await work(directory);
  } finally {
    remove();
    process.off('exit', remove);
  }
}
