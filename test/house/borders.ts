/**
 * Who may import whom. The engine decides the same on every machine and at every time only while
 * nothing from outside gets in: no packages, no clock, no chance. Pages and the wire have to run
 * in a browser.
 */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { type ESTree, Visitor } from 'vite';
import { isConfig, type SourceFile, violation } from './source-file.ts';

interface Border {
  /** Files whose path starts so … */
  readonly inside: string;
  /** … import files whose path starts so … */
  readonly files: readonly string[];
  /** … and these packages: none, those that run in a browser, or any and Node's own. */
  readonly packages: 'none' | 'browser' | 'any';
}

/** The first that fits a file is its border. */
const borders: readonly Border[] = [
  { inside: 'engine/', files: ['engine/'], packages: 'none' },
  { inside: 'persistence/', files: ['persistence/', 'engine/'], packages: 'any' },
  {
    inside: 'gateway/wire/',
    files: ['gateway/wire/', 'gateway/client/', 'engine/'],
    packages: 'browser',
  },
  {
    inside: 'gateway/client/',
    files: ['gateway/wire/', 'gateway/client/', 'engine/'],
    packages: 'browser',
  },
  {
    inside: 'gateway/web/',
    files: ['gateway/web/', 'gateway/wire/', 'gateway/client/', 'engine/'],
    packages: 'browser',
  },
  { inside: 'gateway/', files: ['gateway/', 'persistence/', 'engine/'], packages: 'any' },
];

/** Globals that tell the time, make a difference between two runs or reach the machine. */
const impureGlobals = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'performance',
  'crypto',
  'process',
  'globalThis',
]);

interface Import {
  readonly offset: number;
  /** Undefined where the name is worked out at run time. */
  readonly specifier: string | undefined;
}

/** Every import of a file that its border does not allow; types count like values. */
export function importViolations(file: SourceFile): readonly string[] {
  const border = borders.find(({ inside }) => file.path.startsWith(inside));
  if (border === undefined || isConfig(file.path)) return [];
  return importsOf(file).flatMap(({ offset, specifier }) => {
    const what = wrongImport(file.path, specifier, border);
    return what === undefined ? [] : [violation(file, offset, what)];
  });
}

function wrongImport(
  path: string,
  specifier: string | undefined,
  border: Border,
): string | undefined {
  if (specifier === undefined) {
    return border.packages === 'any' ? undefined : 'imports what only a run would show';
  }
  if (/^\.{1,2}\//.test(specifier)) {
    const target = posix.join(posix.dirname(path), specifier);
    if (border.files.some((folder) => target.startsWith(folder))) return undefined;
    return `imports ${target}, outside ${border.files.join(', ')}`;
  }
  if (border.packages === 'any') return undefined;
  if (border.packages === 'browser' && !isBuiltin(specifier)) return undefined;
  return `imports ${specifier}`;
}

function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  const add = (offset: number, source: ESTree.Expression | null) => {
    if (source === null) return;
    const isText = source.type === 'Literal' && typeof source.value === 'string';
    found.push({ offset, specifier: isText ? String(source.value) : undefined });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.start, node.source),
    ExportNamedDeclaration: (node) => add(node.start, node.source),
    ExportAllDeclaration: (node) => add(node.start, node.source),
    ImportExpression: (node) => add(node.start, node.source),
    TSImportType: (node) => add(node.start, node.source),
    TSExternalModuleReference: (node) => add(node.start, node.expression),
  }).visit(file.program);
  return found;
}

/** Every use of clocks, timers, chance or the machine in the engine. */
export function impurityViolations(file: SourceFile): readonly string[] {
  if (!file.path.startsWith('engine/')) return [];
  /** A set, since a shorthand property is visited as its key and as its value. */
  const found = new Set<string>();
  /** Offsets of identifiers that only name a property. */
  const properties = new Set<number>();
  new Visitor({
    MemberExpression: (node) => {
      if (!node.computed) properties.add(node.property.start);
      const name = file.text.slice(node.start, node.end);
      if (name === 'Date.now' || name === 'Math.random') {
        found.add(violation(file, node.start, `uses ${name}`));
      }
    },
    Property: (node) => {
      if (!node.computed && !node.shorthand) properties.add(node.key.start);
    },
    PropertyDefinition: (node) => void properties.add(node.key.start),
    MethodDefinition: (node) => void properties.add(node.key.start),
    TSPropertySignature: (node) => void properties.add(node.key.start),
    TSMethodSignature: (node) => void properties.add(node.key.start),
    NewExpression: (node) => addDate(node.start, node.callee, 'new Date(…)'),
    CallExpression: (node) => addDate(node.start, node.callee, 'Date(…)'),
    Identifier: (node) => {
      if (!impureGlobals.has(node.name) || properties.has(node.start)) return;
      found.add(violation(file, node.start, `uses ${node.name}`));
    },
  }).visit(file.program);
  return [...found];

  function addDate(offset: number, callee: ESTree.Expression, what: string): void {
    if (callee.type !== 'Identifier' || callee.name !== 'Date') return;
    found.add(violation(file, offset, `uses ${what}`));
  }
}
