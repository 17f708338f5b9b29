/**
 * The engine in this process, without sockets, threads and disk: first as the budget asks, with
 * requests made beforehand and the shard's own turns; then as a program meets it that embeds the
 * library and awaits a promise an operation.
 */
import type { Children } from '../load/children.ts';
import { measureDecide } from '../micro/decide.ts';
import { engineScenario as throughLibrary } from '../micro/engine.ts';
import type { BenchOptions } from '../options.ts';
import { machine } from '../report/facts.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport } from '../report/run-report.ts';

const STANDING = 100_000;
const PROFILE_SECONDS = 1;
/** In the names of the figures, which scripts look for. */
export const ENGINE_FIGURES = {
  decided: 'decisions a second',
  standing: 'decisions a second, 100,000 holds live',
  ratio: '100,000 live against none',
  library: 'decisions a second through the library',
} as const;

export type EngineOptions = Pick<
  BenchOptions,
  'connections' | 'pipeline' | 'shows' | 'seconds' | 'warmupSeconds'
> & {
  /** Holds of others that stand all the while; 100,000. */
  readonly standing?: number;
};

export async function engineScenario(
  _children: Children,
  options: EngineOptions & BenchOptions,
  progress: Progress,
): Promise<RunReport> {
  const { connections, pipeline, shows, seconds, warmupSeconds } = options;
  const standing = options.standing ?? STANDING;
  progress.stretch('deciding in this process', 2 * (seconds + warmupSeconds) + PROFILE_SECONDS);
  const decide = await measureDecide({
    shows,
    users: connections,
    lanesPerUser: pipeline,
    standing,
    seconds: 2 * seconds,
    warmupSeconds: 2 * warmupSeconds,
    profileSeconds: PROFILE_SECONDS,
  });
  const library = await throughLibrary(options, progress);
  const { perSecond, perSecondStanding } = decide;
  const figures: Figure[] = [
    figure(ENGINE_FIGURES.decided, perSecond, '/s', 'higher'),
    figure(ENGINE_FIGURES.standing, perSecondStanding, '/s', 'higher'),
    figure(ENGINE_FIGURES.ratio, perSecondStanding / perSecond, '×', 'higher'),
    figure('CPU a decision', decide.cpuUs, 'µs', 'lower', 'all threads of the process'),
    figure('CPU a decision, 100,000 holds live', decide.cpuUsStanding, 'µs', 'lower'),
    ...decide.parts.map(([part, us]) => figure(`of that: ${part}`, us, 'µs', 'lower', 'sampled')),
    figure('log bytes a decision', decide.logBytesPerDecision, 'bytes', 'lower'),
    figure('decisions a frame', decide.decisionsPerFrame, '', 'higher'),
    figure(ENGINE_FIGURES.library, library.opsPerSecond, '/s', 'higher', 'a promise each'),
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
