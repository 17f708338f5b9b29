/** The contract over a real SQLite file. */
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';
import type { SqliteLog } from '../../persistence/sqlite/sqlite-log.ts';
import { SqlitePlace } from '../persistence/sqlite-place.ts';
import { logStoreContract } from './log-store-contract.ts';

logStoreContract('the SQLite log', async () => {
  const place = new SqlitePlace();
  let log: SqliteLog | undefined;
  return {
    open: async () => {
      log = openSqliteLog({ file: place.file });
      return log;
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
    dispose: async () => place.remove(),
  };
});
