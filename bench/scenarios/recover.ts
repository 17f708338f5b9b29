/**
 * G6: how long a restart takes. `recover` replays a log without a snapshot, decision by decision;
 * `day` is a country's day of 10,000 shows and 2 million bookings, from snapshots and the frames
 * after them. Both restart in a process of their own, from a real file, through the log's thread.
 */
import type { Children } from '../load/children.ts';
import type { DaySize } from '../micro/day-log.ts';
import { measureRecovery, type Recovery } from '../micro/recovery.ts';
import { machine } from '../report/facts.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport } from '../report/run-report.ts';

export const RECOVER_FIGURES = {
  perSecond: 'decisions recovered a second',
  readySeconds: 'ready after',
  peakRss: 'most resident memory',
} as const;

export interface RecoverOptions {
  /** Decisions in the log, about; 1,000,000. */
  readonly events?: number;
  readonly shows?: number;
}

export interface DayOptions {
  /** 10,000, of 2,000 seats each. */
  readonly dayShows?: number;
  /** 2,000,000. */
  readonly dayBookings?: number;
  /** Whether the auditor goes through it afterwards; it takes longer than all the rest. */
  readonly dayAudit?: boolean;
}

const SEATS = 2_000;
const RELEASES_A_BOOKING = 0.25;
const DECISIONS_A_BOOKING = 2 + 2 * RELEASES_A_BOOKING;
const BOOKINGS_A_SHOW = 200;
const OPEN_HOLDS = 20_000;
const MIB = 2 ** 20;
const NEVER = Number.MAX_SAFE_INTEGER;
/** With 64 partitions, several snapshots in a day and a good part of it after the last. */
const DAY_SNAPSHOT_SHARE = 0.35;
const BYTES_A_BOOKING = 2.5 * 55;
const PARTITIONS = 64;

export async function recoverScenario(
  children: Children,
  options: RecoverOptions,
  progress: Progress,
): Promise<RunReport> {
  const { events = 1_000_000 } = options;
  const bookings = Math.ceil(events / DECISIONS_A_BOOKING);
  const shows = options.shows ?? Math.ceil(bookings / BOOKINGS_A_SHOW);
  if (bookings * 2.5 > shows * SEATS * 0.9) {
    throw new Error(`${events} events do not fit into ${shows} shows; ask for more --shows`);
  }
  const size = sizeOf(shows, bookings, NEVER);
  const recovery = await measureRecovery(children, { size, audit: true }, progress);
  return reportOf('recover', size, recovery);
}

export async function dayScenario(
  children: Children,
  options: DayOptions,
  progress: Progress,
): Promise<RunReport> {
  const { dayShows = 10_000, dayBookings = 2_000_000, dayAudit = true } = options;
  if (dayBookings * 2.5 > dayShows * SEATS * 0.9) {
    throw new Error(`${dayBookings} bookings do not fit into ${dayShows} shows of ${SEATS} seats`);
  }
  const partitionBytes = (dayBookings * BYTES_A_BOOKING) / PARTITIONS;
  const size = sizeOf(dayShows, dayBookings, Math.ceil(partitionBytes * DAY_SNAPSHOT_SHARE));
  const recovery = await measureRecovery(children, { size, audit: dayAudit }, progress);
  return reportOf('day', size, recovery);
}

function sizeOf(shows: number, bookings: number, snapshotAfterBytes: number): DaySize {
  const holds = Math.min(OPEN_HOLDS, bookings);
  const seatsPerShow = SEATS;
  const releasesPerBooking = RELEASES_A_BOOKING;
  return { shows, seatsPerShow, bookings, releasesPerBooking, holds, snapshotAfterBytes };
}

function reportOf(scenario: string, size: DaySize, recovery: Recovery): RunReport {
  const { written, recovered, fileBytes, verdict } = recovery;
  const readySeconds = (recovered.openMs + recovered.recoverMs) / 1000;
  const replayed = (written.decisions / recovered.recoverMs) * 1000;
  const figures: Figure[] = [
    figure(RECOVER_FIGURES.perSecond, replayed, '/s', 'higher', 'in the shard, file opened'),
    figure(RECOVER_FIGURES.readySeconds, readySeconds, 's', 'lower'),
    figure('opening the file', recovered.openMs / 1000, 's', 'lower', 'in that, with its checks'),
    figure('CPU time', recovered.cpuMs / 1000, 's', 'lower', 'both threads'),
    figure(RECOVER_FIGURES.peakRss, recovered.peakRssBytes / MIB, 'MiB', 'lower'),
    figure('resident memory when ready', recovered.rssBytes / MIB, 'MiB', 'lower'),
    figure('state', recovered.liveBytes / MIB, 'MiB', 'lower', 'after a full collection'),
    figure('state a booking', recovered.liveBytes / size.bookings, 'bytes', 'lower'),
    figure('decisions in the log', written.decisions, '', 'higher'),
    figure('frames', written.frames, '', 'lower'),
    figure('log bytes a decision', written.logBytes / written.decisions, 'bytes', 'lower'),
    figure('snapshots taken', written.snapshots, '', 'lower'),
    figure('file', fileBytes / MIB, 'MiB', 'lower'),
  ];
  return {
    scenario,
    settings: { ...size },
    figures,
    latencies: [],
    series: [],
    verdict,
    warnings: verdict?.findings ?? [],
    machine: machine(),
  };
}

function figure(
  name: string,
  value: number,
  unit: string,
  better: Figure['better'],
  note?: string,
): Figure {
  const rounded = Number(value.toPrecision(5));
  return { name, value: rounded, unit, better, ...(note === undefined ? {} : { note }) };
}
