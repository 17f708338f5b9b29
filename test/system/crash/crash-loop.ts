/** Kills a server again and again while people fight over its seats, and adds up what it cost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random, seedOf } from '../../../gateway/demo/random.ts';
import { quietPort } from '../../support/quiet-port.ts';
import { Era, type KillMoment } from './era.ts';
import { CrashTally } from './tally.ts';

export interface CrashLoopOptions {
  readonly cycles: number;
  readonly seed: number;
  /** Told after each cycle, with how many are done and the tally so far. */
  readonly onCycle?: (done: number, tally: CrashTally) => void;
}

/** A file is old after so many lives; the next is made anew, and killed in the making. */
const CYCLES_PER_ERA = 20;
/** The whole log is read so often, besides at the end of each era. */
const CYCLES_PER_AUDIT = 5;

/** @throws Error where the server does not come back. */
export async function runCrashLoop(options: CrashLoopOptions): Promise<CrashTally> {
  const { cycles, seed, onCycle = () => undefined } = options;
  const folder = await mkdtemp(join(tmpdir(), 'usher-crash-'));
  const tally = new CrashTally();
  const random = new Random(seedOf('crash', seed));
  try {
    const port = await quietPort();
    for (let done = 0, number = 1; done < cycles; number++) {
      const era = new Era({ folder, port, random, tally, number });
      try {
        await era.begin();
        const until = Math.min(cycles, done + CYCLES_PER_ERA);
        while (done < until) {
          const moment = momentOf(random.next());
          await era.cycle(moment);
          tally.kills[moment]++;
          done++;
          if (done % CYCLES_PER_AUDIT === 0) era.audit();
          onCycle(done, tally);
        }
        await era.end();
      } finally {
        await era.abandon();
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return tally;
}

function momentOf(luck: number): KillMoment {
  if (luck < 0.7) return 'load';
  return luck < 0.85 ? 'start' : 'stop';
}
