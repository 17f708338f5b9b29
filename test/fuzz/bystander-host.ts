/** The parent's end of the good clients' process. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { built } from '../support/built.ts';
import type { StartBystanders, ToBystanders } from './bystander-process.ts';
import type { Waits } from './bystanders.ts';

export class BystanderHost {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(wish: StartBystanders): Promise<BystanderHost> {
    const host = new BystanderHost(fork(built('test/fuzz/bystander-process.js')));
    await host.#ask(wish);
    return host;
  }

  /** How long the answers since the last call took. */
  async take(): Promise<Waits> {
    return (await this.#ask('take')) as Waits;
  }

  /** Rejects where one of them was not served as it should have been. */
  async stop(): Promise<void> {
    await this.#ask('stop');
    this.#child.disconnect();
  }

  /** Ends the process whatever it is at. */
  end(): void {
    this.#child.kill('SIGKILL');
  }

  /** One question at a time. */
  async #ask(message: ToBystanders): Promise<unknown> {
    const answered = once(this.#child, 'message');
    this.#child.send(message);
    const ended = once(this.#child, 'exit').then(() => [{ error: 'the good clients are gone' }]);
    const [{ answer, error }] = (await Promise.race([answered, ended])) as [
      { answer?: unknown; error?: string },
    ];
    if (error !== undefined) throw new Error(`a good client: ${error}`);
    return answer;
  }
}
