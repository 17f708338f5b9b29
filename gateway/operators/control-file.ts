/**
 * Where a running server is found, and what opens its operators' routes: a file beside the data,
 * readable by its owner only, there for as long as the server runs.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export interface ControlFacts {
  readonly url: string;
  readonly pid: number;
  /** For the header `Authorization: Bearer …`. */
  readonly token: string;
}

const pathOf = (data: string) => `${data}-server.json`;

export function writeControlFile(data: string, facts: ControlFacts): void {
  const path = pathOf(data);
  // Whole or not at all: a reader never sees half of it.
  writeFileSync(`${path}.new`, `${JSON.stringify(facts)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function removeControlFile(data: string): void {
  rmSync(pathOf(data), { force: true });
}

/** Undefined where no server runs, so far as can be told. */
export function readControlFile(data: string): ControlFacts | undefined {
  let facts: ControlFacts;
  try {
    facts = JSON.parse(readFileSync(pathOf(data), 'utf8')) as ControlFacts;
    process.kill(facts.pid, 0);
  } catch {
    return undefined;
  }
  return facts;
}
