/**
 * The log's thread: opens the file, serves whoever is attached, and ends when told. Nothing else
 * in the process touches the file.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { LogFault, type LogFaultCode } from '../../engine/shard/log-store.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';
import type { SqliteLog } from '../../persistence/sqlite/sqlite-log.ts';
import { serveLog } from '../../persistence/thread/log-server.ts';

/** How old a frame gets at most before other programs find it in the table of frames. */
const SETTLE_MS = 1_000;

export interface LogThreadSettings {
  readonly file: string;
  readonly acceptLoss: boolean;
}

export type ToLogThread =
  | { readonly type: 'attach'; readonly port: MessagePort }
  | { readonly type: 'close' };

export type FromLogThread =
  | { readonly type: 'ready'; readonly latestTimeMs: number }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'fault'; readonly code: LogFaultCode; readonly text: string }
  | { readonly type: 'closed' };

function tell(message: FromLogThread): void {
  parentPort?.postMessage(message);
}

function run(settings: LogThreadSettings): void {
  const log = openSqliteLog({
    file: settings.file,
    acceptLoss: settings.acceptLoss,
    onWarning: (text) => tell({ type: 'warning', text }),
  });
  const server = serveLog(log);
  const settling = setInterval(() => settle(log), SETTLE_MS);
  parentPort?.on('message', (message: ToLogThread) => {
    switch (message.type) {
      case 'attach':
        server.attach(message.port);
        return;
      case 'close':
        clearInterval(settling);
        server.close();
        tell({ type: 'closed' });
        parentPort?.close();
        return;
      default:
        unreachable(message);
    }
  });
  tell({ type: 'ready', latestTimeMs: log.latestTimeMs });
}

/** A log that cannot be written says so to whoever appends next; here it is only put off. */
function settle(log: SqliteLog): void {
  try {
    log.settleSync();
  } catch (error) {
    if (!(error instanceof LogFault)) throw error;
  }
}

try {
  run(workerData as LogThreadSettings);
} catch (error) {
  const code = error instanceof LogFault ? error.code : 'log_io';
  tell({ type: 'fault', code, text: error instanceof Error ? error.message : String(error) });
  parentPort?.close();
}
