/**
 * The processes that a bench run starts. Whatever ends the run (its end, an error, Ctrl-C), none
 * of them outlives it: each is stopped by its own process id, politely first.
 */
import { type ChildProcess, fork, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const STOP_TIMEOUT_MS = 8_000;

export class Children {
  readonly #running = new Set<ChildProcess>();

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

  /** Any program, whose output can be read. */
  spawn(path: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    return this.#keep(spawn(path, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** A Node process whose output can be read. */
  node(args: readonly string[]): ChildProcess {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    return this.#keep(spawn(process.execPath, args, { stdio: [...stdio] }));
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
    child.kill('SIGKILL');
    await exited;
  }

  killAll(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }

  #keep(child: ChildProcess): ChildProcess {
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    child.once('error', () => this.#running.delete(child));
    return child;
  }
}
