/**
 * The processes that a bench run starts. Whatever ends the run (its end, an error, Ctrl-C), none
 * of them outlives it: each is stopped by its own process id, politely first.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const STOP_TIMEOUT_MS = 8_000;

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  readonly endSignal: NodeJS.Signals;
}

export class Children {
  readonly #running = new Set<ChildProcess>();
  /** Those that need another signal than SIGKILL to end at once and clean up after themselves. */
  readonly #endSignals = new Map<ChildProcess, NodeJS.Signals>();

  /** Stops everything and exits when the bench itself is told to stop. */
  stopOnSignals(): void {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.once(signal, () => {
        this.killAll();
        process.exit(code);
      });
    }
    process.once('exit', () => this.killAll());
  }

  /** A module of the bench as a process with a message channel; it prints on stderr only. */
  fork(module: URL): ChildProcess {
    return this.#keep(
      fork(fileURLToPath(module), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
    );
  }

  /** A Node process whose output can be read. */
  node(args: readonly string[]): ChildProcess {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    return this.#keep(spawn(process.execPath, args, { stdio: [...stdio] }));
  }

  /** Any other program whose output can be read; `endSignal` must end it at once. */
  program(command: string, args: readonly string[], options: ProgramOptions): ChildProcess {
    const { endSignal, ...spawned } = options;
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const child = this.#keep(spawn(command, args, { ...spawned, stdio: [...stdio] }));
    this.#endSignals.set(child, endSignal);
    return child;
  }

  /** Ends one process: with SIGTERM, and with SIGKILL where that was not enough. */
  async stop(child: ChildProcess): Promise<void> {
    if (!this.#running.has(child)) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  }

  /** Ends one process without giving it a chance to finish anything. */
  async kill(child: ChildProcess): Promise<void> {
    if (!this.#running.has(child)) return;
    const exited = once(child, 'exit');
    this.#kill(child);
    await exited;
  }

  killAll(): void {
    for (const child of this.#running) this.#kill(child);
  }

  #kill(child: ChildProcess): void {
    child.kill(this.#endSignals.get(child) ?? 'SIGKILL');
  }

  #keep(child: ChildProcess): ChildProcess {
    this.#running.add(child);
    const forget = () => {
      this.#running.delete(child);
      this.#endSignals.delete(child);
    };
    child.once('exit', forget);
    child.once('error', forget);
    return child;
  }
}
