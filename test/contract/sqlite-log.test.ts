/** The contract over a real SQLite file. */
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';
import { SqlitePlace } from '../persistence/sqlite-place.ts';
import { logStoreContract } from './log-store-contract.ts';

logStoreContract('the SQLite log', async () => {
  const place = new SqlitePlace();
  return {
    open: async () => openSqliteLog({ file: place.file }),
    flipBodyBit: (partition, at) => place.flipBodyBit(partition, at),
    dropFrame: (partition, at) => place.dropFrame(partition, at),
    flipSnapshotBit: (partition, at) => place.flipSnapshotBit(partition, at),
    snapshotLsns: (partition) => place.snapshotLsns(partition),
    dispose: async () => place.remove(),
  };
});
