/**
 * The rules of `RULES.md` beside the tests that cite them: which rule is proved by what, and
 * which by nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ESTree, Visitor } from 'vite';
import { parseFile } from './source-file.ts';

export interface Rule {
  readonly id: string;
  /** Its first sentence. */
  readonly text: string;
}

export interface CitingTest {
  readonly path: string;
  readonly title: string;
  /** Ids in its own title and in those of the groups that it is in. */
  readonly ids: readonly string[];
}

export interface ProvedRule extends Rule {
  readonly tests: readonly CitingTest[];
}

/** Every line `- **ID** sentence. More.` of the rules' page, in its order. */
export function readRules(page: string): readonly Rule[] {
  return [...page.matchAll(/^- \*\*([A-Z]\d+)\*\* (.+)$/gm)].map(([, id = '', text = '']) => ({
    id,
    text: /^.+?\.(?= |$)/.exec(text)?.[0] ?? text,
  }));
}

/** The tests of one file that cite a rule, groups' titles included. */
export function citingTests(path: string, text: string): readonly CitingTest[] {
  const file = parseFile(path, text);
  const groups: { readonly end: number; readonly ids: readonly string[] }[] = [];
  const tests: CitingTest[] = [];
  const visitor = new Visitor({
    CallExpression(call) {
      const kind = kindOf(call.callee);
      const title = titleOf(call.arguments[0]);
      if (kind === undefined || title === undefined) return;
      while ((groups.at(-1)?.end ?? Number.POSITIVE_INFINITY) < call.start) groups.pop();
      const ids = [...title.matchAll(/\[([A-Z]\d+)\]/g)].map(([, id = '']) => id);
      if (kind === 'group') groups.push({ end: call.end, ids });
      else {
        const all = [...new Set([...groups.flatMap((group) => group.ids), ...ids])];
        if (all.length > 0) tests.push({ path, title, ids: all });
      }
    },
  });
  visitor.visit(file.program);
  return tests;
}

/** `it(…)`, `test.each(…)(…)`, `describe(…)` and the like; undefined for any other call. */
function kindOf(callee: ESTree.Expression | ESTree.Super): 'test' | 'group' | undefined {
  if (callee.type === 'Identifier') {
    if (callee.name === 'describe') return 'group';
    return callee.name === 'it' || callee.name === 'test' ? 'test' : undefined;
  }
  if (callee.type === 'CallExpression') return kindOf(callee.callee);
  if (callee.type === 'MemberExpression') return kindOf(callee.object);
  return undefined;
}

/** A title's text, put together from its parts; undefined where it is no text. */
function titleOf(
  node: ESTree.Argument | ESTree.PrivateInExpression | undefined,
): string | undefined {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node?.type === 'TemplateLiteral') {
    return node.quasis.map((part) => part.value.cooked ?? '').join('…');
  }
  if (node?.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const parts = [node.left, node.right].map((part) => titleOf(part as ESTree.Expression));
  return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
}

/** Every test of the project in `root` that cites a rule. */
export function projectTests(root: string): readonly CitingTest[] {
  const folder = join(root, 'test');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .sort();
  return paths.flatMap((path) =>
    citingTests(`test/${path.replaceAll('\\', '/')}`, readFileSync(join(folder, path), 'utf8')),
  );
}

/** All rules of the project in `root`, each with the tests that cite it. */
export function provedRules(root: string): readonly ProvedRule[] {
  const tests = projectTests(root);
  return readRules(readFileSync(join(root, 'RULES.md'), 'utf8')).map((rule) => ({
    ...rule,
    tests: tests.filter((test) => test.ids.includes(rule.id)),
  }));
}

/** Rules that no test cites. */
export function unproved(rules: readonly ProvedRule[]): readonly ProvedRule[] {
  return rules.filter((rule) => rule.tests.length === 0);
}

/** One line a rule, and with `long` one for each of its tests. */
export function renderRules(rules: readonly ProvedRule[], long: boolean): string {
  const lines = rules.flatMap(({ id, text, tests }) => {
    const count = String(tests.length).padStart(4);
    const line = `${id.padEnd(3)} ${count}  ${tests.length === 0 ? 'NO TEST: ' : ''}${text}`;
    return [line, ...(long ? tests.map(({ path, title }) => `          ${path}: ${title}`) : [])];
  });
  const proved = rules.length - unproved(rules).length;
  const summary = `${rules.length} rules, ${proved} proved by tests.`;
  return `${lines.join('\n')}\n\n${summary}\n`;
}
