/**
 * The engine in this process, without sockets, threads and disk: first as the budget asks, with
 * requests made beforehand and the shard's own turns; then as a program meets it that embeds the
 * library and awaits a promise an operation.
 */
import type { Children } from '../load/children.ts';
import { measureDecide } from '../micro/decide.ts';
import { type LibraryOptions, measureLibrary } from '../micro/library.ts';
import { machine } from '../report/facts.ts';
import { figure } from '../report/figures.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport } from '../report/run-report.ts';

const STANDING = 100_000;
const MOST_PROFILE_SECONDS = 1;
/** In the names of the figures, which scripts look for. */
export const ENGINE_FIGURES = {
  pure: 'decisions a second, decide and evolve alone',
  pureStanding: 'decisions a second, decide and evolve alone, crowded',
  pureRatio: 'crowded against empty, decide and evolve alone',
  shard: 'decisions a second, whole shard',
  shardStanding: 'decisions a second, whole shard, crowded',
  shardRatio: 'crowded against empty, whole shard',
  library: 'decisions a second through the library',
} as const;

export interface EngineOptions extends LibraryOptions {
  /** Holds of others that stand all the while; 100,000. */
  readonly standing?: number;
}

export async function engineScenario(
  _children: Children,
  options: EngineOptions,
  progress: Progress,
): Promise<RunReport> {
  const { connections, pipeline, shows, seconds, warmupSeconds } = options;
  const standing = options.standing ?? STANDING;
  const profileSeconds = Math.min(seconds, MOST_PROFILE_SECONDS);
  progress.stretch('deciding in this process', 4 * (seconds + warmupSeconds) + profileSeconds);
  const decide = await measureDecide({
    shows,
    users: connections,
    lanesPerUser: pipeline,
    standing,
    seconds: 4 * seconds,
    warmupSeconds: 4 * warmupSeconds,
    profileSeconds,
  });
  progress.stretch('through the library', seconds + warmupSeconds);
  const library = await measureLibrary(options);
  const { pure, pureStanding, shard, shardStanding } = decide;
  const crowd = `${standing.toLocaleString('en-US')} holds of others live`;
  const names = ENGINE_FIGURES;
  const figures: Figure[] = [
    figure(names.pure, pure.perSecond, '/s', 'higher', 'no log, no frames, no answers'),
    figure(names.pureStanding, pureStanding.perSecond, '/s', 'higher', crowd),
    figure(names.pureRatio, pureStanding.perSecond / pure.perSecond, '×', 'higher'),
    figure(names.shard, shard.perSecond, '/s', 'higher', 'log in memory, chained, answered'),
    figure(names.shardStanding, shardStanding.perSecond, '/s', 'higher', crowd),
    figure(names.shardRatio, shardStanding.perSecond / shard.perSecond, '×', 'higher'),
    figure('CPU a decision, decide and evolve', pure.cpuUs, 'µs', 'lower', 'all threads'),
    figure('CPU a decision, whole shard', shard.cpuUs, 'µs', 'lower', 'all threads'),
    figure('CPU a decision, whole shard, crowded', shardStanding.cpuUs, 'µs', 'lower', crowd),
    ...decide.parts.map(([part, us]) => figure(`of that: ${part}`, us, 'µs', 'lower', 'sampled')),
    figure('log bytes a decision', decide.logBytesPerDecision, 'bytes', 'lower'),
    figure('decisions a frame', decide.decisionsPerFrame, '', 'higher'),
    figure(ENGINE_FIGURES.library, library.perSecond, '/s', 'higher', 'a promise each'),
  ];
  const refused = decide.refused + library.refused;
  const warnings = [
    ...decide.verdict.findings,
    refused === 0 ? '' : `${refused} requests were refused (${decide.lastRefusal ?? 'library'})`,
  ];
  return {
    scenario: 'engine',
    settings: { connections, pipeline, shows, seconds, warmupSeconds, standing },
    figures,
    latencies: [],
    series: [],
    verdict: decide.verdict,
    warnings: warnings.filter((warning) => warning !== ''),
    machine: machine(),
  };
}
