/** Which call fails, and how: every way of failing gets its turn. */
import type { Fault } from './fault-shim.ts';

const ways: readonly Omit<Fault, 'at'>[] = [
  { mode: 'once', errno: 'EIO' },
  { mode: 'from', errno: 'ENOSPC' },
  { mode: 'once', errno: 'ENOSPC', half: true },
  { mode: 'from', errno: 'EIO', half: true },
];

/** A fault at each of these calls, each in another way than the one before. */
export function faultsAt(calls: readonly number[]): readonly Fault[] {
  return calls.map((at, index) => ({ mode: 'once', ...ways[index % ways.length], at }));
}
