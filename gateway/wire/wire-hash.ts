/**
 * A short hash of the whole message table: two programs that show the same one speak the same
 * protocol, field by field. A changed hash without a changed version number fails a test.
 */
import { fnv1a } from '../../engine/collections/fnv1a.ts';
import { down, up, WIRE_VERSION } from './messages.ts';

export const wireHash = `${WIRE_VERSION}-${fnv1a(JSON.stringify([up, down]))
  .toString(16)
  .padStart(8, '0')}`;
