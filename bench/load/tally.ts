/** Counts of one load process; only what happens in the measured stretch counts as operations. */
import { Latencies } from './latencies.ts';

export class Tally {
  readonly latencies = new Latencies();
  readonly errors: Record<string, number> = {};
  /** True in the measured stretch. */
  measuring = false;
  /** Where it lies on the clock of `performance.now()`. */
  fromMs = Number.POSITIVE_INFINITY;
  untilMs = Number.POSITIVE_INFINITY;
  /** True once no new work shall begin. */
  draining = false;
  operations = 0;
  /** Of the messages counted as operations, where they are counted. */
  bytes = 0;
  conflicts = 0;
  /** Arrivals of the measured stretch that were answered, whenever that was. */
  answeredArrivals = 0;
  /** Decisions acknowledged in the measured stretch … */
  decisions = 0;
  /** … and in the whole run. */
  acknowledged = 0;
  booked = 0;

  /** Whether a moment lies in the measured stretch, as far as that has gone. */
  covers(ms: number): boolean {
    return ms >= this.fromMs && ms < this.untilMs;
  }

  /** Counts something that should not happen. */
  error(name: string): void {
    this.errors[name] = (this.errors[name] ?? 0) + 1;
  }

  get errorCount(): number {
    return Object.values(this.errors).reduce((sum, count) => sum + count, 0);
  }
}
