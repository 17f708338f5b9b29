/** Nobody imports across a border, and the engine knows neither time nor chance. */
import { describe, expect, it } from 'vitest';
import { importViolations, impurityViolations } from './borders.ts';
import { parseFile, projectFiles } from './source-file.ts';

const files = projectFiles();

describe('the borders of the house', () => {
  it('reads the files of every part', () => {
    for (const part of ['engine/', 'persistence/', 'gateway/wire/', 'gateway/client/']) {
      expect(files.some((file) => file.path.startsWith(part))).toBe(true);
    }
  });

  it('are crossed by no import', () => {
    expect(files.flatMap(importViolations)).toEqual([]);
  });

  it('[D3] keep clocks, timers and chance out of the engine', () => {
    expect(files.flatMap(impurityViolations)).toEqual([]);
  });
});

describe('the check of imports', () => {
  const check = (path: string, text: string) => importViolations(parseFile(path, text));

  it.each([
    ['engine/a.ts', "import fs from 'node:fs';", 'engine/a.ts:1 imports node:fs'],
    ['engine/a.ts', "import { x } from 'msgpackr';", 'engine/a.ts:1 imports msgpackr'],
    ['engine/a.ts', "import type { X } from 'pino';", 'engine/a.ts:1 imports pino'],
    ['engine/a.ts', "type X = import('pino').X;", 'engine/a.ts:1 imports pino'],
    ['engine/a.ts', "export * from 'pino';", 'engine/a.ts:1 imports pino'],
    ['engine/a.ts', "export { x } from 'pino';", 'engine/a.ts:1 imports pino'],
    ['engine/a.ts', "\nawait import('pino');", 'engine/a.ts:2 imports pino'],
    ['engine/a.ts', "import x = require('pino');", 'engine/a.ts:1 imports pino'],
    ['engine/a.ts', 'import(name);', 'engine/a.ts:1 imports what only a run would show'],
    [
      'engine/show/a.ts',
      "import { x } from '../../persistence/x.ts';",
      'engine/show/a.ts:1 imports persistence/x.ts, outside engine/',
    ],
    [
      'persistence/sqlite/a.ts',
      "import { x } from '../../gateway/wire/x.ts';",
      'persistence/sqlite/a.ts:1 imports gateway/wire/x.ts, outside persistence/, engine/',
    ],
    ['gateway/wire/a.ts', "import 'node:buffer';", 'gateway/wire/a.ts:1 imports node:buffer'],
    ['gateway/client/a.ts', "import 'events';", 'gateway/client/a.ts:1 imports events'],
    [
      'gateway/client/a.ts',
      "import { x } from '../clock.ts';",
      'gateway/client/a.ts:1 imports gateway/clock.ts, outside ' +
        'gateway/wire/, gateway/client/, engine/',
    ],
    [
      'gateway/web/a.tsx',
      "import { x } from '../../persistence/x.ts';",
      'gateway/web/a.tsx:1 imports persistence/x.ts, outside ' +
        'gateway/web/, gateway/wire/, gateway/client/, engine/',
    ],
    [
      'gateway/a.ts',
      "import { x } from '../test/x.ts';",
      'gateway/a.ts:1 imports test/x.ts, outside gateway/, persistence/, engine/',
    ],
  ])('finds what is wrong in %s with %s', (path, text, violation) => {
    expect(check(path, text)).toEqual([violation]);
  });

  it.each([
    ['engine/show/a.ts', "import { x } from '../ids.ts'; export const y = 1;"],
    ['persistence/a.ts', "import 'node:fs'; import 'pg'; import '../engine/ids.ts';"],
    ['gateway/wire/a.ts', "import '../../engine/ids.ts'; import 'msgpackr';"],
    ['gateway/client/a.ts', "import '../wire/kinds.ts';"],
    ['gateway/web/a.ts', "import '../client/index.ts'; import 'preact';"],
    ['gateway/web/vite.config.ts', "import 'node:path';"],
    ['gateway/workers/a.ts', "import '../../persistence/x.ts'; import 'node:worker_threads';"],
    ['bench/a.ts', "import '../gateway/main.ts'; import 'node:os';"],
  ])('finds nothing wrong in %s with %s', (path, text) => {
    expect(check(path, text)).toEqual([]);
  });
});

describe('the check of purity', () => {
  const check = (text: string) => impurityViolations(parseFile('engine/a.ts', text));

  it.each([
    ['Date.now()', 'Date.now'],
    ['Math.random()', 'Math.random'],
    ['new Date(5)', 'new Date(…)'],
    ['Date()', 'Date(…)'],
    ['setTimeout(f, 1)', 'setTimeout'],
    ['const later = setInterval', 'setInterval'],
    ['performance.now()', 'performance'],
    ['globalThis.x', 'globalThis'],
    ['const o = { process }', 'process'],
  ])('finds %s', (text, name) => {
    expect(check(`\n${text};`)).toEqual([`engine/a.ts:2 uses ${name}`]);
  });

  it('lets words in comments, texts and names of properties be', () => {
    const text = `
      // Date.now() and setTimeout(…) stay outside.
      const text = 'Math.random()';
      interface Clock { performance: number; process(): void }
      class Desk { process = 1; crypto(): number { return this.process; } }
      const plan = { performance: 1 };
      plan.performance;
    `;
    expect(check(text)).toEqual([]);
  });

  it('minds the engine only', () => {
    const outside = parseFile('gateway/clock.ts', 'Date.now()');
    expect(impurityViolations(outside)).toEqual([]);
  });
});
