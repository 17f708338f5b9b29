/** Closes an exhaustive switch: the compiler refuses a forgotten case, and so does the run. */
export function unreachable(value: never): never {
  throw new Error(`unreachable case: ${JSON.stringify(value)}`);
}

/** Stops on a broken invariant: a bug, never a user's mistake. */
export function invariant(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`broken invariant: ${what}`);
}
