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

export type FoundServer =
  | { readonly type: 'running'; readonly facts: ControlFacts }
  /** There is such a file, and whoever asks may not read it. */
  | { readonly type: 'closed' }
  | { readonly type: 'none' };

/** So far as can be told: a number of a process may be another's by now. */
export function findServer(data: string): FoundServer {
  try {
    const facts = JSON.parse(readFileSync(pathOf(data), 'utf8')) as ControlFacts;
    return isAlive(facts.pid) ? { type: 'running', facts } : { type: 'none' };
  } catch (error) {
    return { type: codeOf(error) === 'EACCES' ? 'closed' : 'none' };
  }
}

/** Undefined where no server runs, so far as can be told. */
export function readControlFile(data: string): ControlFacts | undefined {
  const found = findServer(data);
  return found.type === 'running' ? found.facts : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
