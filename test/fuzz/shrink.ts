/** Makes a failing message short: whoever mends the fault wants to see only what matters. */

const MOST_TRIES = 400;

/**
 * The shortest message found that still fails, by leaving out ever smaller stretches of bytes.
 * `fails` is asked about one message at a time, a few hundred times at most.
 */
export async function shrink(
  bytes: Buffer,
  fails: (bytes: Buffer) => Promise<boolean>,
): Promise<Buffer> {
  let shortest = bytes;
  let tries = 0;
  for (let stretch = bytes.length >> 1; stretch >= 1; stretch >>= 1) {
    for (let from = 0; from < shortest.length && tries < MOST_TRIES; ) {
      const shorter = without(shortest, from, stretch);
      tries++;
      // What follows has moved to `from`, so the next stretch begins there.
      if (await fails(shorter)) shortest = shorter;
      else from += stretch;
    }
  }
  return shortest;
}

function without(bytes: Buffer, from: number, length: number): Buffer {
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
}
