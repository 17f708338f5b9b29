/**
 * Names for requests. A session lasts over tabs and reloads, and the server answers a known id
 * with its first answer [H7], so two tabs must never use one id for different things.
 */
import { type RequestId, requestId } from '../../engine/ids.ts';

const letters = '0123456789abcdefghijklmnopqrstuvwxyz';
const PREFIX_CHARS = 5;

/** A source of ids: five random characters of this page's own, then a counter in base 36. */
export function requestIdSource(): () => RequestId {
  const random = crypto.getRandomValues(new Uint32Array(PREFIX_CHARS));
  const prefix = Array.from(random, (value) => letters[value % letters.length]).join('');
  let count = 0;
  return () => requestId(`${prefix}${(count++).toString(36)}`);
}
