/** Buffers of words that grow: what a show's tables of numbers lie in. */

/** Half as much again, and room for so many more at the least. */
export function grown(words: Uint32Array, atLeast: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.ceil(words.length * 1.5) + 2 * atLeast);
  larger.set(words);
  return larger;
}
