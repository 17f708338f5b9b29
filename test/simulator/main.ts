/** `npm run simulate`: seeds in, violations out; or the canaries. */
import { Presets, SingleBar } from 'cli-progress';
import { canaries } from './canaries.ts';
import { Crew, jobsFor, range } from './crew.ts';
import { help, readOptions, type SimulateOptions, UsageError } from './options.ts';
import { type CanaryResult, lookFor } from './planted.ts';
import { Report } from './report.ts';
import { shortest } from './shortest.ts';

const EXIT = { found: 1, usage: 2 } as const;
/** After so many seeds with violations a run has told enough. */
const ENOUGH = 20;

interface Progress {
  step(): void;
  stop(): void;
}

/** A bar on stderr for a person who waits; nothing where nobody watches. */
function startProgress(total: number, what: string): Progress {
  if (!process.stderr.isTTY) return { step: () => undefined, stop: () => undefined };
  const format = `{bar} {value}/{total} ${what} {eta_formatted} left`;
  const settings = { stream: process.stderr, format, clearOnComplete: true, hideCursor: true };
  const bar = new SingleBar(settings, Presets.shades_classic);
  bar.start(total, 0);
  return { step: () => bar.increment(), stop: () => bar.stop() };
}

async function simulate(options: SimulateOptions): Promise<boolean> {
  const { from, seeds, minutes, twice, only, story } = options;
  const report = new Report();
  const crew = new Crew(Math.min(options.jobs, seeds));
  const progress = startProgress(seeds, 'seeds');
  const jobs =
    only !== undefined || story
      ? [{ seed: from, minutes, twice, only, story }].values()
      : jobsFor(range(from, seeds), minutes, twice);
  try {
    await crew.run(jobs, (result) => {
      report.add(result);
      progress.step();
      return report.failures.length >= ENOUGH;
    });
    progress.stop();
    const [first] = report.failures;
    if (first !== undefined && options.shrink) {
      report.short = await shortest(crew, first, minutes, only);
    }
  } finally {
    progress.stop();
    await crew.end();
  }
  process.stdout.write(options.json ? `${JSON.stringify(report.json())}\n` : report.text());
  return report.failures.length === 0;
}

async function findCanaries({
  seeds,
  minutes,
  jobs,
  json,
  quick,
}: SimulateOptions): Promise<boolean> {
  const progress = startProgress(canaries.length, 'canaries');
  const results: CanaryResult[] = [];
  const waiting = canaries.entries();
  const work = async () => {
    for (const [index, canary] of waiting) {
      const tried = quick ? [canary.seed, ...range(1, seeds)] : range(1, seeds);
      results[index] = await lookFor(canary, tried, minutes);
      progress.step();
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  progress.stop();
  if (json) {
    process.stdout.write(`${JSON.stringify({ canaries: results })}\n`);
  } else {
    for (const { name, what, seeds: took, found } of results) {
      const how = took === undefined ? `NOT FOUND in ${seeds} seeds` : `${took} seeds (${found})`;
      process.stdout.write(`${name.padEnd(22)} ${how}: ${what}\n`);
    }
  }
  return results.every((result) => result.seeds !== undefined);
}

async function run(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(help);
    return;
  }
  const isWell = await (options.canaries ? findCanaries(options) : simulate(options));
  if (!isWell) process.exitCode = EXIT.found;
}

run().catch((error: unknown) => {
  const isUsage = error instanceof UsageError;
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`simulate: ${text}\n`);
  process.exitCode = isUsage ? EXIT.usage : EXIT.found;
});
