/** The demo’s chance: repeatable, and even enough not to look made. */
import { describe, expect, it } from 'vitest';
import { Random, seedOf } from '../../../gateway/demo/random.ts';

describe('chance that repeats', () => {
  it('draws the same for the same seed, and otherwise for another', () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 50 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('tells apart what its seeds are made of', () => {
    const seeds = [seedOf(1, 'ab'), seedOf(1, 'a', 'b'), seedOf(11, 'a'), seedOf('1', 'a')];
    expect(new Set(seeds).size).toBe(4);
    expect(seedOf(1, 'a')).toBe(seedOf(1, 'a'));
  });

  it('is even enough: every face of a die about as often', () => {
    const random = new Random(3);
    const faces = [0, 0, 0, 0, 0, 0];
    for (let throws = 0; throws < 6_000; throws++) {
      const face = random.between(1, 6) - 1;
      faces[face] = (faces[face] ?? 0) + 1;
    }
    expect(faces).toHaveLength(6);
    for (const count of faces) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('keeps to weights, and finds nothing where nothing weighs', () => {
    const random = new Random(5);
    const picks = Array.from({ length: 3_000 }, () =>
      random.pickWeighted(['never', 'once', 'twice'], (item) =>
        ['never', 'once', 'twice'].indexOf(item),
      ),
    );
    expect(picks).not.toContain('never');
    const twices = picks.filter((item) => item === 'twice').length;
    expect(Math.abs(twices - 2_000)).toBeLessThan(150);
    expect(random.pickWeighted(['a'], () => 0)).toBeUndefined();
    expect(random.pick([])).toBeUndefined();
  });

  it('shuffles without losing anything', () => {
    const items = Array.from({ length: 30 }, (_, index) => index);
    const shuffled = new Random(9).shuffled(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((one, other) => one - other)).toEqual(items);
  });
});
