/** Runs the model against an engine, sequence after sequence, until they differ. */
import * as fc from 'fast-check';
import { Bench } from './bench.ts';
import { type Engine, realEngine, type Sale } from './engine.ts';
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

type Played = [Sale, Iterable<fc.Command<Bench['model'], Bench>>];

/** How it went; what came up is added to the tally. */
export function runModel(run: ModelRun, tally = new Tally()): fc.RunDetails<Played> {
  const { runs, seed, maxCommands, engine = realEngine } = run;
  const commands = fc.commands([anyStep.map((step) => new StepCommand(step))], {
    maxCommands,
    size: 'max',
  });
  const property = fc.property(anySale, commands, (sale, steps) => {
    const bench = new Bench(sale, tally, engine);
    try {
      fc.modelRun(() => ({ model: bench.model, real: bench }), steps);
      bench.finish();
    } catch (error) {
      throw new Error([...bench.story, (error as Error).message].join('\n'), { cause: error });
    }
  });
  return fc.check(property, { numRuns: runs, seed, unbiased: true });
}
