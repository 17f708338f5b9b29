/**
 * Byte arrays as this folder hands them round: plain `Uint8Array`s that own their whole buffer.
 * A view into a pool would drag the pool along, whole, when it is cloned to another thread.
 */

/** The same bytes as a plain array that fills its buffer; copies only where it has to. */
export function wholeBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
}

/** A copy that nobody else can change; `slice` would not do, a Buffer's is a view. */
export const copyBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.byteLength !== right.byteLength) return false;
  for (let at = 0; at < left.byteLength; at += 1) if (left[at] !== right[at]) return false;
  return true;
}

/** The first 8 bytes in hexadecimal: enough for a person to tell two chain values apart. */
export const shortHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.subarray(0, 8)).toString('hex');
