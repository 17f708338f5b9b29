/** Runs the model against an engine, sequence after sequence, until they differ. */
import * as fc from 'fast-check';
import { Bench } from './bench.ts';
import { type Engine, realEngine, type Sale } from './engine.ts';
import type { ModelShow } from './model-show.ts';
import { anySale } from './sale-arbitrary.ts';
import { anyStep } from './step-arbitrary.ts';
import { StepCommand } from './step-command.ts';
import { Tally } from './tally.ts';

export interface ModelRun {
  /** Sequences of commands, each on a show of its own. */
  readonly runs: number;
  readonly seed: number;
  /** Commands a sequence, at the most; half as many on average. */
  readonly maxCommands: number;
  readonly engine?: Engine;
}

/** Where engine and model parted, in as few steps as could be found. */
export interface Difference {
  readonly sale: Sale;
  /** What was done, a line a step. */
  readonly story: readonly string[];
  /** What differs after the last step. */
  readonly what: string;
}

export interface ModelResult {
  /** Sequences played until engine and model differed, or all of them. */
  readonly runs: number;
  readonly difference: Difference | undefined;
}

type Commands = Iterable<fc.Command<ModelShow, Bench>>;

/** How it went; what came up is added to the tally. */
export function runModel(run: ModelRun, tally = new Tally()): ModelResult {
  const { runs, seed, maxCommands, engine = realEngine } = run;
  const anyCommands = fc.commands([anyStep.map((step) => new StepCommand(step))], {
    maxCommands,
    size: 'max',
  });
  const property = fc.property(
    anySale,
    anyCommands,
    (sale, commands) => play(sale, commands, engine, tally) === undefined,
  );
  const details = fc.check(property, { numRuns: runs, seed, unbiased: true });
  if (details.counterexample === null) return { runs: details.numRuns, difference: undefined };
  const [sale, commands] = details.counterexample;
  return { runs: details.numRuns, difference: shorten(sale, [...commands], engine) };
}

/** Plays one sequence; undefined where engine and model agree to its end. */
function play(
  sale: Sale,
  commands: Commands,
  engine: Engine,
  tally: Tally,
): Difference | undefined {
  const bench = new Bench(sale, tally, engine);
  try {
    fc.modelRun(() => ({ model: bench.model, real: bench }), commands);
    bench.finish();
    return undefined;
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    return { sale, story: bench.story, what };
  }
}

/** Leaves out every command, and every two, that the difference does not need. */
function shorten(
  sale: Sale,
  commands: readonly fc.Command<ModelShow, Bench>[],
  engine: Engine,
): Difference | undefined {
  const shown = (some: Commands) => play(sale, some, engine, new Tally());
  let least = commands;
  for (let first = least.length - 1; first >= 0; first--) {
    for (let second = first; second >= 0; second--) {
      const fewer = least.filter((_, index) => index !== first && index !== second);
      if (shown(fewer) === undefined) continue;
      least = fewer;
      first = least.length;
      break;
    }
  }
  return shown(least);
}

/** A difference as a text to read, with all that is needed to see it again. */
export function describeDifference({ sale, story, what }: Difference): string {
  const { terms, layout } = sale;
  const rows = layout.runs.map(({ row, x, count, tier }) => `${row} ${x}+${count} tier ${tier}`);
  return [JSON.stringify(terms), `seats: ${rows.join(', ')}`, ...story, what].join('\n');
}
