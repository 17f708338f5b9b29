/** Runs the built server to its end, for starts that are meant to be refused. */
import { execFile } from 'node:child_process';
import { built, root } from './built.ts';

const END_WITHIN_MS = 15_000;

export interface ServerRun {
  /** Null where it had to be killed, because it did not end by itself. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ServerRunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** When it is killed if it has not ended by itself. */
  readonly killAfterMs?: number;
}

export function runServer(
  flags: readonly string[],
  { env = {}, killAfterMs = END_WITHIN_MS }: ServerRunOptions = {},
): Promise<ServerRun> {
  return new Promise((resolve) => {
    const options = {
      cwd: root,
      env: { ...process.env, ...env },
      timeout: killAfterMs,
      killSignal: 'SIGKILL' as const,
    };
    const child = execFile(
      process.execPath,
      [built('gateway/main.js'), '--log-level', 'silent', ...flags],
      options,
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
