/** What one machine carries, and what ends first as traffic grows. */

import type { Costs } from './batching.ts';
import type { Needs } from './formulas.ts';
import { type Sheet, shown } from './sheet.ts';

export interface MachineSize {
  readonly cores: number;
  readonly memoryGib: number;
  readonly diskGb: number;
  readonly networkGbit: number;
  /** The share of each that may be used before latencies suffer; 0 to 1. */
  readonly share: number;
}

export interface Limit {
  readonly what: string;
  /** How many times the load fits; below 1 it does not. */
  readonly times: number;
}

/** The limits of one machine under a load, the nearest first. */
export function limitsOf(needs: Needs, machine: MachineSize): readonly Limit[] {
  const { share } = machine;
  const limits = [
    { what: 'cores', times: (machine.cores * share) / needs.cores },
    { what: 'memory', times: (machine.memoryGib * 2 ** 30 * share) / needs.memoryBytes },
    { what: 'network', times: (machine.networkGbit * 1e9 * share) / needs.bitsASecond },
    { what: "the log's one thread", times: share / needs.logThread },
  ];
  return limits.sort((a, b) => a.times - b.times);
}

export function machineSection(
  sheet: Sheet,
  machine: MachineSize,
  loads: readonly (readonly [name: string, needs: Needs])[],
  left: { readonly bytesADay: number; readonly memoryADay: number },
  costs: Costs,
): void {
  const { cores, memoryGib, diskGb, networkGbit, share } = machine;
  sheet.section(
    `One machine: ${shown(cores)} cores, ${shown(memoryGib)} GiB, ${shown(diskGb)} GB of disk, ` +
      `${shown(networkGbit)} Gbit/s, each used to ${shown(share * 100)} %`,
  );
  for (const [name, needs] of loads) {
    const [nearest, ...others] = limitsOf(needs, machine);
    if (nearest === undefined) continue;
    sheet.line(
      `carries ${name}`,
      nearest.times,
      'times',
      `first to end: ${nearest.what}; then ${others.map(limitShown).join(', ')}`,
    );
  }
  const usable = cores * share * 1e6;
  sheet.line(
    'views a second, and nothing else',
    usable / (costs.requestUs + costs.browseUs),
    '/s',
    `${shown(usable)} µs ÷ (${shown(costs.requestUs)} + ${shown(costs.browseUs)} µs)`,
  );
  sheet.line(
    'decisions a second on one show',
    (share * 1e6) / costs.shardThreadUs,
    '/s',
    `${shown(share * 1e6)} µs of its thread ÷ ${shown(costs.shardThreadUs)} µs`,
  );
  sheet.line(
    'decisions a second on all shows',
    (share * 1e6) / costs.logThreadUs,
    '/s',
    `${shown(share * 1e6)} µs of the log's one thread ÷ ${shown(costs.logThreadUs)} µs, however ` +
      'many cores there are',
  );
  sheet.line(
    'days until the disk is full',
    (diskGb * 1e9 * share) / left.bytesADay,
    '',
    `${shown(diskGb)} GB × ${shown(share)} ÷ ${shown(left.bytesADay)} bytes a day`,
  );
  sheet.line(
    'days until memory is full',
    (memoryGib * 2 ** 30 * share) / left.memoryADay,
    '',
    `${shown(memoryGib)} GiB × ${shown(share)} ÷ ${shown(left.memoryADay)} bytes a day`,
  );
}

const limitShown = ({ what, times }: Limit): string => `${what} at ${shown(times)} times`;
