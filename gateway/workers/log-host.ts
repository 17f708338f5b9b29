/** The main thread's side of the log's thread. */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { LogFault } from '../../engine/shard/log-store.ts';
import type { FromLogThread, LogThreadSettings, ToLogThread } from './log-thread.ts';

export interface LogHostEvents {
  warning(text: string): void;
  /** The thread ended although nobody asked it to. */
  lost(reason: string): void;
}

export class LogHost {
  /** The latest time in the log; the clock must not start before it [T1]. */
  readonly latestTimeMs: number;
  readonly #worker: Worker;
  #closing = false;

  private constructor(worker: Worker, latestTimeMs: number, events: LogHostEvents) {
    this.#worker = worker;
    this.latestTimeMs = latestTimeMs;
    worker.on('error', (error) => this.#lost(events, error.message));
    worker.on('exit', (code) => this.#lost(events, `exit code ${code}`));
  }

  /** Opens the file in a thread of its own. @throws LogFault where it cannot be trusted or used. */
  static open(settings: LogThreadSettings, events: LogHostEvents): Promise<LogHost> {
    const worker = new Worker(new URL('./log-thread.js', import.meta.url), {
      workerData: settings,
      name: 'usher-log',
    });
    return new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.on('message', (message: FromLogThread) => {
        if (message.type === 'warning') events.warning(message.text);
        else if (message.type === 'fault') reject(new LogFault(message.code, message.text));
        else if (message.type === 'ready') {
          worker.off('error', reject);
          resolve(new LogHost(worker, message.latestTimeMs, events));
        }
      });
    });
  }

  /** A new link to the log, to be handed to a shard. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#tell({ type: 'attach', port: port1 }, [port1]);
    return port2;
  }

  /** Writes out what has arrived, folds the WAL into the file and ends the thread. */
  async close(): Promise<void> {
    this.#closing = true;
    await new Promise<void>((resolve) => {
      this.#worker.once('exit', () => resolve());
      this.#tell({ type: 'close' });
    });
  }

  /** Ends the thread at once, as a crash would. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #lost(events: LogHostEvents, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    events.lost(reason);
  }

  #tell(message: ToLogThread, transfer: MessagePort[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}
