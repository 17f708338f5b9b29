/**
 * How many connections the system lets this process have. Where all of its files are used up,
 * the addon tries to accept the next connection over and over and uses the thread up with it, so
 * who would be one too many is told so instead.
 */
import { readFileSync } from 'node:fs';

/** Kept for the log, for threads, for pages and for those who are just being refused. */
const RESERVED = 128;

/** The most connections of each gateway: `wanted`, or less where the system allows less. */
export function affordableConnections(
  wanted: number,
  gateways: number,
  limits: string = ownLimits(),
): number {
  const [, most] = limits.match(/^Max open files +(\d+)/m) ?? [];
  if (most === undefined) return wanted;
  const each = Math.floor((Number(most) - RESERVED) / gateways);
  return Math.max(1, Math.min(wanted, each));
}

/** The kernel's table; empty where there is none, as on other systems than Linux. */
function ownLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
