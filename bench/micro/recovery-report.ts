/** What a restart from a log is judged by, in the figures that `recover` and `day` share. */
import { machine } from '../report/facts.ts';
import { figure } from '../report/figures.ts';
import type { Figure, RunReport } from '../report/run-report.ts';
import type { DaySize } from './day-log.ts';
import type { Recovery } from './recovery.ts';

/** In the names of the figures, which scripts look for. */
export const RECOVER_FIGURES = {
  perSecond: 'decisions recovered a second',
  readySeconds: 'ready after',
  peakRss: 'most resident memory',
} as const;

const MIB = 2 ** 20;

export function recoveryReport(scenario: string, size: DaySize, recovery: Recovery): RunReport {
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
