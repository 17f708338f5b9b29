/** Every file of the project keeps the limits of form. */
import { describe, expect, it } from 'vitest';
import { constructViolations, functionViolations, sizeViolations } from './limits.ts';
import { parseFile, projectFiles } from './source-file.ts';

const files = projectFiles();
const lines = (count: number) => Array.from({ length: count }, () => 'x;').join('\n');

describe('the form of the house', () => {
  it('reads the files', () => {
    expect(files.length).toBeGreaterThan(50);
  });

  it('keeps files to 400 lines of 100 columns, each with a word on why it exists', () => {
    expect(files.flatMap(sizeViolations)).toEqual([]);
  });

  it('keeps functions to 70 lines', () => {
    expect(files.flatMap(functionViolations)).toEqual([]);
  });

  it('does without any, non-null assertions, enums, default exports and undone things', () => {
    expect(files.flatMap(constructViolations)).toEqual([]);
  });
});

describe('the check of sizes', () => {
  const check = (text: string, path = 'a.ts') => sizeViolations(parseFile(path, text));

  it('counts lines, without an empty one after the last', () => {
    expect(check(`// why\n${lines(399)}\n`)).toEqual([]);
    expect(check(`// why\n${lines(400)}\n`)).toEqual(['a.ts:1 has 401 lines']);
  });

  it('counts columns, wide characters as one, and lets addresses run on', () => {
    expect(check(`// why\n// ${'–'.repeat(97)}`)).toEqual([]);
    expect(check(`// why\n// ${'–'.repeat(98)}`)).toEqual(['a.ts:2 has 101 columns']);
    expect(check(`// why\n// https://example.com/${'x'.repeat(100)}`)).toEqual([]);
  });

  it('lets a sentence for people stay in one piece, but not a comment', () => {
    expect(check(`// why\nconst text = '${'x'.repeat(100)}';`)).toEqual([]);
    expect(check(`// why\n// see '${'x'.repeat(100)}'`)).toEqual(['a.ts:2 has 109 columns']);
  });

  it('wants a comment at the top, except of configuration', () => {
    expect(check('export const x = 1;')).toEqual(['a.ts:1 does not open with a comment']);
    expect(check('#!/usr/bin/env node\n/** Why. */\n')).toEqual([]);
    expect(check('export default {};', 'vite.config.ts')).toEqual([]);
  });
});

describe('the check of functions', () => {
  const check = (text: string, path = 'a.ts') => functionViolations(parseFile(path, text));
  /** 69 lines and the two that hold the braces. */
  const long = `{\n${lines(69)}\n}`;

  it.each([
    'function f() BODY',
    'const f = () => BODY',
    'const f = function () BODY',
    'class A { static async *#m() BODY }',
    'const o = { get m() BODY }',
    'call(() => BODY)',
  ])('finds every kind: %s', (text) => {
    expect(check(text.replace('BODY', long))).toEqual(['a.ts:1 has a function of 71 lines']);
  });

  it('lets one of 70 lines be', () => {
    expect(check(`function f() {\n${lines(68)}\n}`)).toEqual([]);
  });

  it.each(['describe', 'it', 'it.each(rows)', 'describe.skipIf(x)'])(
    'exempts the callback of %s in tests, and there alone',
    (group) => {
      const text = `${group}('title', () => ${long});`;
      expect(check(text, 'test/a.test.ts')).toEqual([]);
      expect(check(text)).toEqual(['a.ts:1 has a function of 71 lines']);
    },
  );

  it('finds a long function within an exempt one', () => {
    const text = `describe('title', () => {\n  const f = () => ${long};\n});`;
    expect(check(text, 'test/a.ts')).toEqual(['test/a.ts:2 has a function of 71 lines']);
  });

  it('counts what a function has around the groups within it', () => {
    const group = `describe('title', () => ${long});`;
    expect(check(`function suite() {\n${lines(68)}\n${group}\n}`, 'test/a.ts')).toEqual([]);
    expect(check(`function suite() {\n${lines(69)}\n${group}\n}`, 'test/a.ts')).toEqual([
      'test/a.ts:1 has a function of 71 lines',
    ]);
  });
});

describe('the check of constructs', () => {
  const check = (text: string, path = 'a.ts') => constructViolations(parseFile(path, text));
  const note = ['TO', 'DO'].join('');

  it.each([
    ['let x: any;', 'says any'],
    ['let x = y as any[];', 'says any'],
    ['let x = y!.z;', 'asserts that something is not null'],
    ['enum E { A }', 'has an enum'],
    ['class A { constructor(readonly x: number) {} }', 'has a parameter property'],
    ['export default 1;', 'has a default export'],
    ['const x = 1; export { x as default };', 'has a default export'],
    [`// ${note}: more`, `leaves a ${note}`],
  ])('finds %s', (text, what) => {
    expect(check(`\n${text}`)).toEqual([`a.ts:2 ${what}`]);
  });

  it('lets the words be where they mean nothing', () => {
    expect(check(`// any of them\nconst any = '${note}'; let x: { any: number };`)).toEqual([]);
    expect(check('export default {};', 'vite.config.ts')).toEqual([]);
  });
});
