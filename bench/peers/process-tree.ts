/**
 * CPU time of a process and all that it started: PostgreSQL has a process a connection, and its
 * write-ahead log and checkpoints have their own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { type CpuReading, readCpu } from '../load/cpu.ts';

/** Undefined where the system has no /proc. */
export function readTreeCpu(root: number): CpuReading | undefined {
  const readings = treeOf(root).map(readCpu);
  const found = readings.filter((reading) => reading !== undefined);
  if (found.length === 0) return undefined;
  return {
    totalUs: found.reduce((sum, { totalUs }) => sum + totalUs, 0),
    threadsUs: new Map(found.flatMap(({ threadsUs }) => [...threadsUs])),
  };
}

function treeOf(root: number): readonly number[] {
  const parents = parentsByPid();
  const tree = [root];
  // Grows while it is walked: each finds its own children.
  for (const pid of tree) {
    for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  }
  return tree;
}

function parentsByPid(): ReadonlyMap<number, number> {
  const parents = new Map<number, number>();
  for (const name of procEntries()) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The name in brackets may hold blanks; state and parent follow it.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(pid, Number(fields[1]));
    } catch {
      // It ended between the listing and the look.
    }
  }
  return parents;
}

function procEntries(): readonly string[] {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}
