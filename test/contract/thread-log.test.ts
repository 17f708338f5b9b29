/** The contract over a SQLite file behind the log thread's port. */
import { MessageChannel } from 'node:worker_threads';
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';
import type { SqliteLog } from '../../persistence/sqlite/sqlite-log.ts';
import { connectLog } from '../../persistence/thread/log-client.ts';
import { type LogServer, serveLog } from '../../persistence/thread/log-server.ts';
import { SqlitePlace } from '../persistence/sqlite-place.ts';
import { logStoreContract } from './log-store-contract.ts';

logStoreContract("the log thread's client", async () => {
  const place = new SqlitePlace();
  let server: LogServer | undefined;
  let log: SqliteLog | undefined;
  return {
    open: async () => {
      server?.close();
      const { port1, port2 } = new MessageChannel();
      log = openSqliteLog({ file: place.file });
      server = serveLog(log, [port1]);
      return connectLog(port2);
    },
    flipBodyBit: (partition, at) => {
      log?.settleSync();
      place.flipBodyBit(partition, at);
    },
    dropFrame: (partition, at) => {
      log?.settleSync();
      place.dropFrame(partition, at);
    },
    flipSnapshotBit: (partition, at) => place.flipSnapshotBit(partition, at),
    snapshotLsns: (partition) => place.snapshotLsns(partition),
    dispose: async () => {
      server?.close();
      place.remove();
    },
  };
});
