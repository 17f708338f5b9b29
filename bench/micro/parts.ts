/**
 * Where the time of a stretch went, by the sampling profiler of this very process: a sample
 * belongs to the innermost function on its stack that begins a part. Functions that move or are
 * renamed fall into the part around them, never out of the sum.
 */
import { Session } from 'node:inspector/promises';

export interface PartRule {
  readonly part: string;
  /** The function's name, and if given a piece of its file's path. */
  readonly function: string;
  readonly file?: string;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[] | undefined;
}

export interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples?: readonly number[] | undefined;
  readonly timeDeltas?: readonly number[] | undefined;
}

const REST = 'the rest';
/** What the profiler and the bench themselves take; left out. */
export const NOT_COUNTED = 'not counted';
const NOT_OURS: Readonly<Record<string, string>> = {
  '(garbage collector)': 'garbage collection',
  '(idle)': NOT_COUNTED,
  '(program)': NOT_COUNTED,
};

/** Microseconds of each part, the dearest first. */
export function partsOf(
  profile: Profile,
  rules: readonly PartRule[],
): readonly (readonly [part: string, us: number])[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const partOfNode = new Map<number, string>();
  const visit = (id: number, around: string): void => {
    const node = nodes.get(id);
    if (node === undefined) return;
    const { functionName, url } = node.callFrame;
    const rule = rules.find(
      (each) => each.function === functionName && url.includes(each.file ?? ''),
    );
    const part = rule?.part ?? NOT_OURS[functionName] ?? around;
    partOfNode.set(id, part);
    for (const child of node.children ?? []) visit(child, part);
  };
  const [root] = profile.nodes;
  if (root !== undefined) visit(root.id, REST);
  const sums = new Map<string, number>();
  profile.samples?.forEach((id, index) => {
    const part = partOfNode.get(id) ?? REST;
    sums.set(part, (sums.get(part) ?? 0) + (profile.timeDeltas?.[index] ?? 0));
  });
  sums.delete(NOT_COUNTED);
  return [...sums].sort((a, b) => b[1] - a[1]);
}

/** Profiles what `run` does. The profiler itself slows it down by some percent. */
export async function profiled(run: () => Promise<void>): Promise<Profile> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    await run();
    const { profile } = await session.post('Profiler.stop');
    return profile;
  } finally {
    session.disconnect();
  }
}
