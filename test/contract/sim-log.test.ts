/** The contract over the simulated disk, so that the simulator's log is a log like the others. */
import { SimDisk } from '../simulator/disk.ts';
import { Kernel } from '../simulator/kernel.ts';
import { Random } from '../simulator/random.ts';
import { SimLog } from '../simulator/sim-log.ts';
import { logStoreContract } from './log-store-contract.ts';

logStoreContract('the simulated log', async () => {
  const kernel = new Kernel(() => undefined);
  const disk = new SimDisk(kernel, new Random('contract'));
  const flip = (bytes: Uint8Array | undefined) => {
    if (bytes === undefined) throw new Error('nothing to damage');
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  };
  return {
    open: async () => {
      // What was written is over by then.
      await kernel.run(kernel.nowUs + 1_000_000);
      return new SimLog(disk);
    },
    flipBodyBit: (partition, at) =>
      flip(disk.partition(partition).frames.find(({ lsn }) => lsn === at)?.body),
    dropFrame: (partition, at) => {
      const stored = disk.partition(partition);
      stored.frames = stored.frames.filter(({ lsn }) => lsn !== at);
    },
    flipSnapshotBit: (partition, at) => {
      const { snapshots } = disk.partition(partition);
      flip(snapshots.find(({ snapshot }) => snapshot.lsn === at)?.snapshot.body);
    },
    snapshotLsns: (partition) =>
      disk.partition(partition).snapshots.map(({ snapshot }) => snapshot.lsn),
    dispose: async () => {},
  };
});
