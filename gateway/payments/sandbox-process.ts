/** Starts the sandbox provider as a process of its own, beside the server that uses it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface SandboxProcess {
  readonly url: string;
  stop(): Promise<void>;
}

export interface SandboxProcessOptions {
  readonly port: number;
  readonly host: string;
  readonly file: string;
  readonly secret: string;
}

const START_WITHIN_MS = 10_000;

/** @throws Error with what it said where it cannot start. */
export async function startSandboxProcess(options: SandboxProcessOptions): Promise<SandboxProcess> {
  const { port, host, file, secret } = options;
  const script = fileURLToPath(new URL('./sandbox/main.js', import.meta.url));
  const args = [script, '--with-parent', '--port', String(port), '--host', host, '--file', file];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, USHER_SANDBOX_SECRET: secret },
    // It sees its parent's end by the end of its input, however that ends.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const url = await addressOf(child);
  return { url, stop: () => stop(child) };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-1_000);
    });
    const late = setTimeout(() => reject(new Error('it took too long')), START_WITHIN_MS);
    child.once('exit', () => {
      clearTimeout(late);
      reject(new Error(said.trim() === '' ? 'it ended at once' : said.trim()));
    });
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(late);
      resolve((JSON.parse(line) as { url: string }).url);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  child.kill('SIGTERM');
  await ended;
}
