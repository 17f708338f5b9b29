/**
 * The log's thread: opens the file, serves whoever is attached, and ends when told. Nothing else
 * in the process touches the file.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { LogFault, type LogFaultCode } from '../../engine/shard/log-store.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';
import { serveLog } from '../../persistence/thread/log-server.ts';

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
  parentPort?.on('message', (message: ToLogThread) => {
    switch (message.type) {
      case 'attach':
        server.attach(message.port);
        return;
      case 'close':
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

try {
  run(workerData as LogThreadSettings);
} catch (error) {
  const code = error instanceof LogFault ? error.code : 'log_io';
  tell({ type: 'fault', code, text: error instanceof Error ? error.message : String(error) });
  parentPort?.close();
}
