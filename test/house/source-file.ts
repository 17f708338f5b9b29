/** The project's own TypeScript files, read and parsed, for the tests of how they are written. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ESTree, type ParseResult, parseSync } from 'vite';

export interface SourceFile {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Without the last line break's empty line. */
  readonly lines: readonly string[];
  readonly program: ESTree.Program;
  readonly comments: ParseResult['comments'];
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Parses one file; throws where it is no TypeScript. */
export function parseFile(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  const first = errors[0];
  if (first !== undefined) throw new Error(`${path} does not parse: ${first.message}`);
  const lines = text.replace(/\n$/, '').split('\n');
  return { path, text, lines, program, comments };
}

/** Every TypeScript file that git tracks or would track. */
export function projectFiles(): readonly SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const paths = new Set(listed.split('\0').filter((path) => /\.tsx?$/.test(path)));
  return [...paths]
    .filter((path) => existsSync(root + path))
    .sort()
    .map((path) => parseFile(path, readFileSync(root + path, 'utf8')));
}

/** Number of the line that an offset of the text is in, from 1. */
export function lineAt(file: SourceFile, offset: number): number {
  return file.text.slice(0, offset).split('\n').length;
}

/** One violation as it is listed. */
export function violation(file: SourceFile, offset: number, what: string): string {
  return `${file.path}:${lineAt(file, offset)} ${what}`;
}

/** Configuration files follow the rules of the tools that read them. */
export function isConfig(path: string): boolean {
  return /\.config\.ts$/.test(path);
}
