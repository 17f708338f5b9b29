/** Every rule is proved by a test that cites it; and the check finds what is not. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  citingTests,
  type ProvedRule,
  projectTests,
  provedRules,
  readRules,
  renderRules,
  unproved,
} from './rules.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rules = provedRules(root);

/** How many rules there are of each letter. */
const letters = { S: 3, H: 9, R: 4, W: 9, M: 5, P: 5, B: 4, F: 2, D: 4, T: 1, C: 4, N: 2 };

describe('the rules', () => {
  it('are all there, each once and in its order', () => {
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [letter, count] of Object.entries(letters)) {
      const own = ids.filter((id) => id.startsWith(letter));
      expect(own).toEqual(Array.from({ length: count }, (_, index) => `${letter}${index + 1}`));
    }
  });

  it('are proved, each by a test that cites it', () => {
    expect(unproved(rules).map(({ id }) => id)).toEqual([]);
  });

  it('have no test that cites one that is not there', () => {
    const known = new Set(rules.map(({ id }) => id));
    const strays = projectTests(root).filter(({ ids }) => ids.some((id) => !known.has(id)));
    expect(strays).toEqual([]);
  });
});

describe('the check of rules', () => {
  const ids = (text: string) => citingTests('a.test.ts', text).map((test) => test.ids.join());

  it('reads ids and first sentences', () => {
    const page = '# Rules\n\n- **S1** A show has 1.5 seats. More.\n- **S2** Another\ntext [S3]\n';
    expect(readRules(page)).toEqual([
      { id: 'S1', text: 'A show has 1.5 seats.' },
      { id: 'S2', text: 'Another' },
    ]);
  });

  it('finds the ids of a title, however it is written', () => {
    expect(ids("it('[H1] [W2] a', f);")).toEqual(['H1,W2']);
    expect(ids("test.each([1])('[H1] %d', f);")).toEqual(['H1']);
    expect(ids(`it(\`[H1] \${name}\`, f);`)).toEqual(['H1']);
    expect(ids("it('[H1] ' + '[H2] a', f);")).toEqual(['H1,H2']);
    expect(ids("it('no rule', f); say('[H1] a');")).toEqual([]);
  });

  it('counts the ids of a group for the tests in it, and for no others', () => {
    const text = `describe('[S1] a', () => { it('one', f); it('[H1] two', f); });
      it('three', f); describe('b', () => { it('[H2] four', f); });`;
    expect(ids(text)).toEqual(['S1', 'S1,H1', 'H2']);
  });

  it('tells a rule without a test', () => {
    const [test] = citingTests('a.test.ts', "it('[H1] a', f);");
    if (test === undefined) throw new Error('there is one');
    const all: ProvedRule[] = [
      { id: 'H1', text: 'A rule.', tests: [test] },
      { id: 'N1', text: 'A rule.', tests: [] },
    ];
    expect(unproved(all).map(({ id }) => id)).toEqual(['N1']);
    expect(renderRules(all, false).split('\n')).toEqual([
      'H1     1  A rule.',
      'N1     0  NO TEST: A rule.',
      '',
      '2 rules, 1 proved by tests.',
      '',
    ]);
  });
});
