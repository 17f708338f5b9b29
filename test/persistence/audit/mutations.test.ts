/**
 * One thing of a log is changed at random and its chain worked out anew. The auditor finds it, or
 * the engine itself bears witness that it could have happened so.
 */
import { describe, expect, it } from 'vitest';
import { engineDiffers } from './engine-witness.ts';
import { chanceOf, randomLog } from './random-log.ts';
import { chainAnew, codesOf, entriesOf, type LooseFrame, takeApart } from './tampered-log.ts';

const RUNS = Number(process.env.USHER_MUTATIONS ?? 1_500);
const names = ['ann', 'bob', 'cid', 'eve', 'mallory'];

type Chance = (below: number) => number;

/** Changes one value, in place, to another of its kind; tells what it did. */
function mutate(frames: LooseFrame[], chance: Chance): string {
  const entries = entriesOf(frames).filter(([, , entry]) => typeof entry[0] === 'string');
  const [frame, at, decision] = entries[chance(entries.length)] ?? [];
  if (frame === undefined || at === undefined || decision === undefined) return 'nothing';
  const dice = chance(20);
  if (dice === 0) {
    frame.timeMs += chance(2) === 0 ? -1 : 1;
    return `time of LSN ${frame.lsn}`;
  }
  if (dice === 1) {
    frame.content.splice(at, 1);
    return `decision ${String(decision[1])} of ${String(decision[0])} taken out`;
  }
  if (dice === 2) {
    const index = 4 + chance(decision.length - 4);
    const [event] = decision.splice(index, 1);
    return `event ${JSON.stringify(event)} taken out`;
  }
  const index = 1 + chance(decision.length - 1);
  const before = JSON.stringify(decision);
  decision[index] = changed(decision[index], chance);
  return `${before} became ${JSON.stringify(decision)}`;
}

function changed(value: unknown, chance: Chance): unknown {
  if (typeof value === 'number') return value + (chance(2) === 0 ? 1 : -1);
  if (typeof value === 'string') return names[chance(names.length)];
  if (value === null) return names[chance(names.length)];
  if (Array.isArray(value) && value.length > 0) {
    const copy: unknown[] = [...value];
    const at = chance(copy.length);
    const dice = chance(8);
    if (dice === 0) copy.splice(at, 1);
    else if (dice === 1) copy.push(copy[at]);
    else copy[at] = changed(copy[at], chance);
    return copy;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const keys = Object.keys(value);
    const key = keys[chance(keys.length)] ?? '';
    return { ...value, [key]: changed((value as Record<string, unknown>)[key], chance) };
  }
  return value;
}

describe('a log in which one thing was changed, with its chain worked out anew', () => {
  it.each([
    ['', false],
    [', where people pay', true],
  ])('[F2] is found out, or is a history that the engine would have decided%s', async (_, till) => {
    let found = 0;
    let harmless = 0;
    for (let seed = 1; seed <= RUNS / 50; seed++) {
      const log = await randomLog({ seed, steps: 150, till });
      expect(engineDiffers(log.rows), `seed ${seed}: the witness itself`).toBeUndefined();
      const chance = chanceOf(seed * 7_919);
      for (let run = 0; run < 50; run++) {
        const frames = takeApart(log.rows);
        const what = mutate(frames, chance);
        const rows = chainAnew(frames);
        if (codesOf(rows).length > 0) {
          found++;
          continue;
        }
        harmless++;
        expect(engineDiffers(rows), `seed ${seed} run ${run}: ${what}`).toBeUndefined();
      }
    }
    expect(found).toBeGreaterThan(RUNS / 2);
    expect(harmless).toBeGreaterThan(0);
  });
});
