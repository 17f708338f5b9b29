/** Counts of one load process; only what happens in the measured stretch counts as operations. */
import { Latencies } from './latencies.ts';

export class Tally {
  readonly latencies = new Latencies();
  readonly errors: Record<string, number> = {};
  /** True in the measured stretch. */
  measuring = false;
  /** True once no new work shall begin. */
  draining = false;
  operations = 0;
  /** Of the messages counted as operations, where they are counted. */
  bytes = 0;
  conflicts = 0;
  acknowledged = 0;
  booked = 0;

  /** Counts something that should not happen. */
  error(name: string): void {
    this.errors[name] = (this.errors[name] ?? 0) + 1;
  }

  get errorCount(): number {
    return Object.values(this.errors).reduce((sum, count) => sum + count, 0);
  }
}
