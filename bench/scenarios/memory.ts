/** G7: what an idle show, a hold, a booking and a waiter take in memory, and what a hold logs. */
import type { Children } from '../load/children.ts';
import { weigh } from '../micro/weigh.ts';
import { machine } from '../report/facts.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport } from '../report/run-report.ts';

export const MEMORY_FIGURES = {
  logBytesPerHold: 'log bytes a hold',
  idleShow: 'memory of an idle show',
} as const;

export interface MemoryOptions {
  readonly weighedShows?: number;
  readonly weighedUsers?: number;
}

const SHOWS = 1_000;
const SEATS = 2_000;
const USERS = 100_000;

export async function memoryScenario(
  _children: Children,
  options: MemoryOptions,
  progress: Progress,
): Promise<RunReport> {
  const { weighedShows: shows = SHOWS, weighedUsers: users = USERS } = options;
  progress.stretch('weighing the state', (users / USERS) * 8);
  const weights = await weigh({ shows, users, seatsPerShow: SEATS });
  const bytes = (name: string, value: number, note?: string): Figure => {
    const rounded = { name, value: Number(value.toPrecision(4)), unit: 'bytes' } as const;
    return { ...rounded, better: 'lower', ...(note === undefined ? {} : { note }) };
  };
  return {
    scenario: 'memory',
    settings: { shows, seatsPerShow: SEATS, users },
    figures: [
      bytes(MEMORY_FIGURES.logBytesPerHold, weights.logBytesPerHold, 'its share of the frame'),
      bytes('log bytes a booking', weights.logBytesPerBooking, 'beside those of its hold'),
      bytes(MEMORY_FIGURES.idleShow, weights.idleShowBytes, `${SEATS} seats`),
      bytes('memory of a hold', weights.holdBytes, 'one seat, with its user'),
      bytes('memory of a booking', weights.bookingBytes, 'one seat, with its user'),
      bytes('memory of a waiter', weights.waiterBytes, 'with its user'),
    ],
    latencies: [],
    series: [],
    verdict: null,
    warnings: [],
    machine: machine(),
  };
}
