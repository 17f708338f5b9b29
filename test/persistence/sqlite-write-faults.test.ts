/**
 * [D4] A write, sync or truncation fails, whichever it is: the log says so and writes nothing
 * more, and what it called durable is there when it is opened again. The long form, every call up
 * to the 2,000th, is `npm run faults`.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { faultsAt } from '../support/faults/fault-list.ts';
import { type FaultReport, runWriteFaults } from '../support/faults/run-write-faults.ts';

/** Each of the first, when the file is made, then ever further apart up to beyond the last. */
const calls = [
  ...Array.from({ length: 32 }, (_, index) => index + 1),
  ...Array.from({ length: 36 }, (_, index) => 35 + index * 55 + (index % 7)),
];
let reports: readonly FaultReport[] = [];

beforeAll(async () => {
  reports = await runWriteFaults([...faultsAt(calls), { mode: 'once', at: 1_000_000 }]);
}, 90_000);

describe('a disk that refuses one call, or every call from one on', () => {
  it('is met at every stage of a log', () => {
    const hits = new Set(reports.map(({ hit }) => hit));
    expect(hits).toEqual(new Set(['open', 'append', 'snapshot', 'none']));
    // The undisturbed run has more calls than are made to fail.
    expect(reports.at(-1)).toMatchObject({ hit: 'none', problems: [] });
    expect(reports.at(-1)?.calls).toBeGreaterThan(Math.max(...calls));
  });

  it.each(['open', 'append', 'snapshot'])(
    '[D1] [D4] latches the log and loses nothing acknowledged: %s',
    (stage) => {
      const there = reports.filter(({ hit }) => hit === stage);
      expect(there.length).toBeGreaterThan(0);
      for (const { at, problems } of there) expect(problems, `call ${at}`).toEqual([]);
    },
  );
});
