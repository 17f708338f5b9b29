/**
 * A short hash of the whole message table: two programs that show the same one speak the same
 * protocol, field by field. A changed hash without a changed version number fails a test.
 */
import { down, up, WIRE_VERSION } from './messages.ts';

/** FNV-1a, 32 bits, in hex: it guards against forgetting, not against malice. */
function hashText(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

export const wireHash = `${WIRE_VERSION}-${hashText(JSON.stringify([up, down]))}`;
