/** The limits of form that a parser can see: sizes, and constructs that this code does without. */
import { type ESTree, Visitor } from 'vite';
import { isConfig, lineAt, type SourceFile, violation } from './source-file.ts';

const FILE_LINES = 400;
const FUNCTION_LINES = 70;
const COLUMNS = 100;

/** Their callbacks hold a whole group of tests, so that a limit would say nothing. */
const testGroups = new Set(['describe', 'it', 'test']);

/** A note of something undone; split, so that this file has none. */
const undone = new RegExp(`\\b(?:${'TO'}${'DO'}|${'FIX'}${'ME'}|${'XX'}${'X'})\\b`);

/** Files too long, lines too wide, and files that do not say why they exist. */
export function sizeViolations(file: SourceFile): readonly string[] {
  const { path, lines } = file;
  const found: string[] = [];
  if (lines.length > FILE_LINES) found.push(`${path}:1 has ${lines.length} lines`);
  lines.forEach((line, index) => {
    const columns = [...line].length;
    if (columns <= COLUMNS || line.includes('://') || isOneText(line)) return;
    found.push(`${path}:${index + 1} has ${columns} columns`);
  });
  if (!isConfig(path) && !/^(?:#!.*\n)?\/[/*]/.test(file.text)) {
    found.push(`${path}:1 does not open with a comment`);
  }
  return found;
}

/** A sentence for people stays in one piece: breaking it would only hide it from a search. */
function isOneText(line: string): boolean {
  return /(['"`])(?:(?!\1).){40,}\1/.test(line) && !/^\s*(\/\/|\*)/.test(line);
}

/**
 * Functions too long, from their first line to their last. In tests, the callbacks of groups do
 * not count, neither by themselves nor as part of a function around them.
 */
export function functionViolations(file: SourceFile): readonly string[] {
  const functions: Lines[] = [];
  const groups: Lines[] = [];
  const linesOf = ({ start, end }: { start: number; end: number }): Lines => {
    return { first: lineAt(file, start), last: lineAt(file, end), start };
  };
  const add = (node: { start: number; end: number }) => void functions.push(linesOf(node));
  new Visitor({
    CallExpression: (node) => {
      if (!file.path.startsWith('test/') || !isTestGroup(node.callee)) return;
      groups.push(...node.arguments.filter(isFunction).map(linesOf));
    },
    FunctionDeclaration: add,
    FunctionExpression: add,
    ArrowFunctionExpression: add,
  }).visit(file.program);
  return functions.flatMap((found) => {
    if (groups.some((group) => group.start === found.start)) return [];
    const count = ownLines(found, groups);
    if (count <= FUNCTION_LINES) return [];
    return [`${file.path}:${found.first} has a function of ${count} lines`];
  });
}

interface Lines {
  readonly first: number;
  readonly last: number;
  /** Offset, which tells apart two functions of one line. */
  readonly start: number;
}

/** Lines of a function that are in no group within it. */
function ownLines({ first, last }: Lines, groups: readonly Lines[]): number {
  const inside = groups.filter((group) => group.first >= first && group.last <= last);
  let count = 0;
  for (let line = first; line <= last; line++) {
    if (!inside.some((group) => line >= group.first && line <= group.last)) count++;
  }
  return count;
}

function isFunction(node: { readonly type: string }): boolean {
  return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression';
}

/** `describe(…)`, and also `it.each(…)(…)`, `describe.skipIf(…)(…)` and the like. */
function isTestGroup(callee: ESTree.Expression): boolean {
  if (callee.type === 'Identifier') return testGroups.has(callee.name);
  if (callee.type === 'MemberExpression') return isTestGroup(callee.object);
  return callee.type === 'CallExpression' && isTestGroup(callee.callee);
}

/** Constructs that this code does without, and notes of things left undone. */
export function constructViolations(file: SourceFile): readonly string[] {
  const found: string[] = [];
  const add = (node: { start: number }, what: string) => {
    found.push(violation(file, node.start, what));
  };
  new Visitor({
    TSAnyKeyword: (node) => add(node, 'says any'),
    TSNonNullExpression: (node) => add(node, 'asserts that something is not null'),
    TSEnumDeclaration: (node) => add(node, 'has an enum'),
    TSParameterProperty: (node) => add(node, 'has a parameter property'),
    ExportDefaultDeclaration: (node) => {
      if (!isConfig(file.path)) add(node, 'has a default export');
    },
    ExportSpecifier: (node) => {
      const name = file.text.slice(node.exported.start, node.exported.end);
      if (name === 'default' && !isConfig(file.path)) add(node, 'has a default export');
    },
  }).visit(file.program);
  for (const comment of file.comments) {
    const note = undone.exec(comment.value)?.[0];
    if (note !== undefined) add(comment, `leaves a ${note}`);
  }
  return found;
}
