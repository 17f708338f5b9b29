/** Begins to make the tables for reports anew, tells how far it is, and then stands still. */
import { openServicesDb } from '../../../persistence/services/open-services-db.ts';
import { rebuildProjections } from '../../../persistence/services/projections/rebuild.ts';

const file = process.argv[2] ?? '';
const FOR_EVER_MS = 60_000;

rebuildProjections(
  openServicesDb(file),
  () => '2026-05-05',
  (frames) => {
    if (frames < 1_000) return;
    process.send?.(frames);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FOR_EVER_MS);
  },
);
