/** What an operator sees of a running server from outside: its metrics and its memory. */
import { readFile } from 'node:fs/promises';
import type { ServerProcess } from './server-process.ts';

const MIB = 1024 * 1024;

/** A metric's samples added up over their labels. Throws where the server has no such metric. */
export async function metric(server: ServerProcess, name: string): Promise<number> {
  const response = await fetch(`${server.url}/metrics`);
  const text = await response.text();
  const samples = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+-]+)$`, 'gm'));
  const values = Array.from(samples, ([, value]) => Number(value));
  if (values.length === 0) throw new Error(`there is no metric ${name} in:\n${text}`);
  return values.reduce((sum, value) => sum + value, 0);
}

/** Memory that the process has in use, in MiB. */
export async function residentMib(server: ServerProcess): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/statm`, 'utf8');
  const [, pages = '0'] = status.split(' ');
  return (Number(pages) * 4096) / MIB;
}

/** Waits until something about a server holds. */
export async function until(
  holds: () => Promise<boolean> | boolean,
  what: string,
  limitMs = 8_000,
): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`never came true: ${what}`);
    await new Promise((later) => setTimeout(later, 25));
  }
}
