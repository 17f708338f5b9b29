/**
 * Makes a failure short: tries the run again without parts of its operations, halves first, then
 * ever smaller parts, and keeps what still ends in the same violation.
 */

/** Whether a run of these operations alone still fails in the same way. */
export type StillFails = (operations: readonly number[]) => Promise<boolean>;

/** @param most Runs to spend. */
export async function shrink(
  operations: readonly number[],
  stillFails: StillFails,
  most: number,
): Promise<readonly number[]> {
  let left = operations;
  let parts = 2;
  let runs = 0;
  while (left.length >= 2 && runs < most) {
    const size = Math.ceil(left.length / parts);
    let smaller: readonly number[] | undefined;
    for (let from = 0; from < left.length && runs < most; from += size) {
      const without = [...left.slice(0, from), ...left.slice(from + size)];
      runs++;
      if (await stillFails(without)) {
        smaller = without;
        break;
      }
    }
    if (smaller !== undefined) {
      left = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) {
      return left;
    } else {
      parts = Math.min(left.length, parts * 2);
    }
  }
  return left;
}
