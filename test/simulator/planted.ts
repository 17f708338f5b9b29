/** Puts a canary into a copy of the compiled program, and lets the simulator look for it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Canary } from './canaries.ts';
import { Crew, jobsFor } from './crew.ts';

/** The compiled program that this file is part of. */
const program = fileURLToPath(new URL('../../', import.meta.url));
const folders = ['engine', 'gateway', 'persistence', 'test/simulator'];

export interface CanaryResult {
  readonly name: string;
  readonly what: string;
  /** Seeds it took; undefined where it was not found. */
  readonly seeds: number | undefined;
  /** The violation that gave it away. */
  readonly found: string | undefined;
}

/** @throws Error where an edit does not fit the program any more. */
export async function lookFor(
  canary: Canary,
  seeds: Iterable<number>,
  minutes: number,
): Promise<CanaryResult> {
  const place = copyProgram();
  const { name, what } = canary;
  try {
    for (const { file, find, put } of canary.edits) {
      const path = join(place, file);
      const text = readFileSync(path, 'utf8');
      if (text.split(find).length !== 2) {
        throw new Error(`canary ${name}: ${JSON.stringify(find)} does not stand once in ${file}`);
      }
      writeFileSync(
        path,
        text.replace(find, () => put),
      );
    }
    const worker = pathToFileURL(join(place, 'test/simulator/worker.js'));
    return { name, what, ...(await search(worker, seeds, minutes)) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

async function search(
  worker: URL,
  tried: Iterable<number>,
  minutes: number,
): Promise<Pick<CanaryResult, 'seeds' | 'found'>> {
  const crew = new Crew(1, worker);
  let seeds = 0;
  let found: string | undefined;
  try {
    await crew.run(jobsFor(tried, minutes, false), ({ seed, violations }) => {
      seeds++;
      const [first] = violations;
      if (first !== undefined) found = `seed ${seed}: ${first.code}`;
      return first !== undefined;
    });
  } finally {
    await crew.end();
  }
  return { seeds: found === undefined ? undefined : seeds, found };
}

function copyProgram(): string {
  const place = mkdtempSync(join(tmpdir(), 'usher-canary-'));
  const filter = (path: string) => !/\.(map|d\.ts|test\.js)$/.test(path);
  for (const folder of folders) {
    cpSync(join(program, folder), join(place, folder), { recursive: true, filter });
  }
  writeFileSync(join(place, 'package.json'), '{"type":"module"}');
  symlinkSync(join(program, '../node_modules'), join(place, 'node_modules'));
  return place;
}
