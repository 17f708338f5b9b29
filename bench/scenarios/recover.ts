/**
 * G6, first half: how fast a log without a snapshot is replayed, decision by decision. The restart
 * is that of a process of its own, from a real file, through the log's thread.
 */
import type { Children } from '../load/children.ts';
import { measureRecovery } from '../micro/recovery.ts';
import { recoveryReport } from '../micro/recovery-report.ts';
import type { Progress } from '../report/progress.ts';
import type { RunReport } from '../report/run-report.ts';

export interface RecoverOptions {
  /** Decisions in the log, about; 1,000,000. */
  readonly events?: number;
  /** As many as are not quite sold out by so many decisions. */
  readonly recoverShows?: number;
}

const EVENTS = 1_000_000;
const SEATS = 2_000;
const RELEASES_A_BOOKING = 0.25;
const DECISIONS_A_BOOKING = 2 + 2 * RELEASES_A_BOOKING;
const SEATS_A_BOOKING = 2.5;
const BOOKINGS_A_SHOW = 200;
const OPEN_HOLDS = 20_000;
const MOST_SOLD = 0.9;

export async function recoverScenario(
  children: Children,
  options: RecoverOptions,
  progress: Progress,
): Promise<RunReport> {
  const { events = EVENTS } = options;
  const bookings = Math.ceil(events / DECISIONS_A_BOOKING);
  const shows = options.recoverShows ?? Math.ceil(bookings / BOOKINGS_A_SHOW);
  if (bookings * SEATS_A_BOOKING > shows * SEATS * MOST_SOLD) {
    throw new Error(`${events} events do not fit into ${shows} shows; ask for more shows`);
  }
  const size = {
    shows,
    seatsPerShow: SEATS,
    bookings,
    releasesPerBooking: RELEASES_A_BOOKING,
    holds: Math.min(OPEN_HOLDS, bookings),
    snapshotAfterBytes: Number.MAX_SAFE_INTEGER,
  };
  const recovery = await measureRecovery(children, { size, audit: true }, progress);
  return recoveryReport('recover', size, recovery);
}
