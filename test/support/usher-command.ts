/** `usher` as an operator types it: a process of its own, its words and its exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { built, root } from './built.ts';

export interface Said {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Manner {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Typed at it. */
  readonly input?: string;
  /** Called with the process as soon as it runs, e.g. to end it half-way. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Run by another program, e.g. one that limits it. */
  readonly by?: readonly string[];
}

export async function usher(args: readonly string[], manner: Manner = {}): Promise<Said> {
  const { cwd = root, env = {}, input = '', onStart, by = [] } = manner;
  const line = [...by, process.execPath, built('gateway/cli/main.js'), ...args];
  const [command = '', ...rest] = line;
  const child = spawn(command, rest, { cwd, env: { ...inherited(), ...env } });
  const killer = () => void child.kill('SIGKILL');
  process.once('exit', killer);
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  onStart?.(child);
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', killer);
      resolve({ code, signal, ...said });
    });
  });
}

/** What it says with `--json`. @throws Error where it fails. */
export async function usherJson<Answer>(
  args: readonly string[],
  manner: Manner = {},
): Promise<Answer> {
  const { code, stdout, stderr } = await usher([...args, '--json'], manner);
  if (code !== 0) throw new Error(`usher ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}

/** What this suite itself is run with is no setting of a server. */
function inherited(): NodeJS.ProcessEnv {
  const names = Object.entries(process.env);
  return Object.fromEntries(names.filter(([name]) => !name.startsWith('USHER_')));
}
