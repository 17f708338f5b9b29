/** The contract over memory. */
import { type MemoryDisk, openMemoryLog } from '../../persistence/memory/memory-log.ts';
import { logStoreContract } from './log-store-contract.ts';

logStoreContract('the memory log', async () => {
  const disk: MemoryDisk = new Map();
  const kept = (partition: number) => {
    const found = disk.get(partition);
    if (found === undefined) throw new Error('nothing to damage');
    return found;
  };
  const flip = (body: Uint8Array | undefined) => {
    if (body === undefined) throw new Error('nothing to damage');
    body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
  };
  return {
    open: async () => openMemoryLog(disk),
    flipBodyBit: (partition, at) =>
      flip(kept(partition).frames.find((frame) => frame.lsn === at)?.body),
    dropFrame: (partition, at) => {
      kept(partition).frames = kept(partition).frames.filter((frame) => frame.lsn !== at);
    },
    flipSnapshotBit: (partition, at) =>
      flip(kept(partition).snapshots.find((one) => one.snapshot.lsn === at)?.snapshot.body),
    snapshotLsns: (partition) => kept(partition).snapshots.map((one) => one.snapshot.lsn),
    dispose: async () => {},
  };
});
