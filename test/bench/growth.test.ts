/** How growth is judged, on made-up costs; and the scenario itself in a short form. */
import { afterAll, describe, expect, it } from 'vitest';
import { Children } from '../../bench/load/children.ts';
import {
  faultsOf,
  type Growth,
  lowestOf,
  renderGrowth,
  seriesOf,
} from '../../bench/micro/growth.ts';
import { sizesOf } from '../../bench/scenarios/growth.ts';
import { built } from '../support/built.ts';

const children = new Children();
// The built form, as it starts processes of its own.
type GrowthModule = typeof import('../../bench/scenarios/growth.ts');
const { growthScenario } = (await import(built('bench/scenarios/growth.js'))) as GrowthModule;

const progress = { stretch: () => undefined, stop: () => undefined };

afterAll(() => children.killAll());

function growth(follows: Growth['follows'], costs: Growth['costs']): Growth {
  return { axis: 'shows', operation: 'hold', follows, costs };
}

describe('what is wrong with growth', () => {
  it('finds a cliff between two neighbours, and names them', () => {
    const faults = faultsOf(
      growth('nothing', [
        [10, 1],
        [100, 1.1],
        [1_000, 4],
        [10_000, 4.1],
      ]),
    );
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('a cliff between 100 and 1,000 shows');
  });

  it('allows a cost that follows the size to follow it, and a steady one to creep', () => {
    const linear = growth('size', [
      [1, 1],
      [10, 10],
      [100, 140],
    ]);
    const creeping = growth('nothing', [
      [1, 1],
      [10, 2],
      [100, 4],
      [1_000, 8],
    ]);
    expect(faultsOf(linear)).toEqual([]);
    expect(faultsOf(creeping)).toEqual([]);
  });

  it('finds what is worse than linear over the whole range without a cliff anywhere', () => {
    const faults = faultsOf(
      growth('size', [
        [1, 1],
        [10, 20],
        [100, 400],
      ]),
    );
    expect(faults).toEqual(['hold: worse than linear, 400 times the cost for 100 times the shows']);
  });

  it('takes no cliff for what is too small to be measured', () => {
    expect(
      faultsOf(
        growth('nothing', [
          [1, 0.001],
          [10, 0.04],
        ]),
      ),
    ).toEqual([]);
  });

  it('takes the lowest of several passes', () => {
    const one = growth('nothing', [
      [1, 9],
      [10, 2],
    ]);
    const other = growth('nothing', [
      [1, 3],
      [10, 5],
    ]);
    expect(lowestOf([[one], [other]])[0]?.costs).toEqual([
      [1, 3],
      [10, 2],
    ]);
  });

  it('puts each size under its own column, also where an operation was not measured there', () => {
    const hold = growth('nothing', [
      [1, 0.5],
      [10, 1_234],
    ]);
    const look: Growth = { ...growth('nothing', [[10, 2]]), operation: 'look' };
    expect(renderGrowth([hold, look].map(seriesOf)).split('\n')).toEqual([
      '  µs by shows      1     10',
      '  hold         0.500  1,234',
      '  look                 2.00',
      '',
    ]);
  });
});

describe('growth', () => {
  it('goes up by tens from the least to the most', () => {
    expect(sizesOf(1, 1_000)).toEqual([1, 10, 100, 1_000]);
    expect(sizesOf(10, 20_000)).toEqual([10, 100, 1_000, 10_000, 20_000]);
  });

  it('measures every axis, sockets included', async () => {
    const report = await growthScenario(
      children,
      {
        mostShows: 10,
        mostSeats: 1_000,
        mostWaiters: 10,
        mostConnections: 10,
        effort: { passes: 1, rounds: 1, warmups: 0, perRound: 20 },
      },
      progress,
    );
    const series = new Map(report.series.map(({ name, points }) => [name, points]));
    const sizes = (name: string) => series.get(name)?.map(([size]) => size);
    expect(sizes('hold or release by shows')).toEqual([1, 10]);
    expect(sizes('hold or release by seats a show')).toEqual([100, 1_000]);
    expect(sizes('join and leave by waiters')).toEqual([1, 10]);
    expect(sizes('durable decision, server CPU by connections')).toEqual([10]);
    expect(report.figures.every(({ value }) => value > 0)).toBe(true);
  });
});
