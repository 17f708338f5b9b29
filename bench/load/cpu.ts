/**
 * CPU time of another process and of each of its threads, from Linux's /proc. On other systems
 * there is nothing to read and the figures are left out.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc; fixed at 100 for user space on every Linux of today. */
const TICKS_PER_SECOND = 100;

export interface CpuReading {
  readonly totalUs: number;
  /** By thread id. */
  readonly threadsUs: ReadonlyMap<string, number>;
}

/** Undefined where the process is gone or the system has no /proc. */
export function readCpu(pid: number): CpuReading | undefined {
  try {
    const threadsUs = new Map<string, number>();
    let totalUs = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const us = threadUs(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1'));
      threadsUs.set(thread, us);
      totalUs += us;
    }
    return { totalUs, threadsUs };
  } catch {
    return undefined;
  }
}

/** User and system time are the 14th and 15th fields; the 2nd may itself contain blanks. */
function threadUs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS_PER_SECOND;
}

export interface CpuUse {
  readonly totalUs: number;
  /** Share of one core that each thread used, 0 … 1, the busiest first. */
  readonly threads: readonly number[];
}

/** What was used between two readings that lie `seconds` apart. */
export function cpuBetween(
  before: CpuReading | undefined,
  after: CpuReading | undefined,
  seconds: number,
): CpuUse | undefined {
  if (before === undefined || after === undefined) return undefined;
  const threads = [...after.threadsUs].map(
    ([thread, us]) => (us - (before.threadsUs.get(thread) ?? 0)) / (seconds * 1e6),
  );
  return {
    totalUs: after.totalUs - before.totalUs,
    threads: threads.sort((a, b) => b - a),
  };
}

/** CPU time of a process and of those that it has started, in microseconds; 0 without /proc. */
export function readTreeUs(pid: number): number {
  let totalUs = 0;
  try {
    for (const each of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const stat = statOf(each);
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (stat !== '' && (Number(each) === pid || parent === pid)) totalUs += threadUs(stat);
    }
  } catch {
    return 0;
  }
  return totalUs;
}

/** Empty where the process has gone meanwhile. */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
}
