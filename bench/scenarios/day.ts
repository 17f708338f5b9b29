/**
 * G6, second half: a country's day. 10,000 shows of 2,000 seats and 2 million bookings lie in the
 * log as selling left them, with snapshots taken on the way; then the server is started again, and
 * everything must be in memory and ready within seconds and within a gibibyte.
 */
import { limits } from '../../engine/limits.ts';
import type { Children } from '../load/children.ts';
import { measureRecovery } from '../micro/recovery.ts';
import { recoveryReport } from '../micro/recovery-report.ts';
import type { Progress } from '../report/progress.ts';
import type { RunReport } from '../report/run-report.ts';

export interface DayOptions {
  /** 10,000. */
  readonly dayShows?: number;
  /** Of each show; 2,000. */
  readonly daySeats?: number;
  /** 2,000,000. */
  readonly dayBookings?: number;
  /** Whether the auditor goes through it afterwards; it takes longer than the restart. */
  readonly dayAudit?: boolean;
}

const SHOWS = 10_000;
const SEATS = 2_000;
const BOOKINGS = 2_000_000;
/** People who gave back what they held before they found what they booked. */
const RELEASES_A_BOOKING = 0.25;
const SEATS_A_BOOKING = 2.5;
const MOST_SOLD = 0.9;
const OPEN_HOLDS = 20_000;
/**
 * A partition takes a snapshot after this share of its day's log: two on the way, and a good part
 * of the day after the last.
 */
const SNAPSHOT_SHARE = 0.35;
const BYTES_A_BOOKING = 135;

export async function dayScenario(
  children: Children,
  options: DayOptions,
  progress: Progress,
): Promise<RunReport> {
  const { dayShows = SHOWS, daySeats = SEATS, dayBookings = BOOKINGS, dayAudit = true } = options;
  if (dayBookings * SEATS_A_BOOKING > dayShows * daySeats * MOST_SOLD) {
    throw new Error(
      `${dayBookings} bookings do not fit into ${dayShows} shows of ${daySeats} seats; ` +
        `there is room for ${Math.floor((dayShows * daySeats * MOST_SOLD) / SEATS_A_BOOKING)}`,
    );
  }
  const partitionBytes = (dayBookings * BYTES_A_BOOKING) / limits.partitions;
  const size = {
    shows: dayShows,
    seatsPerShow: daySeats,
    bookings: dayBookings,
    releasesPerBooking: RELEASES_A_BOOKING,
    holds: Math.min(OPEN_HOLDS, Math.ceil(dayBookings / 10)),
    snapshotAfterBytes: Math.ceil(partitionBytes * SNAPSHOT_SHARE),
  };
  const recovery = await measureRecovery(children, { size, audit: dayAudit }, progress);
  return recoveryReport('day', size, recovery);
}
