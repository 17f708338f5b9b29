/**
 * What a partition itself writes into its frames, beside its shows' decisions:
 *
 *   [1, layout]          a seat layout that shows of this partition use
 *   [2, floor time]      a new owner took over; holds and offers stand at least until then [D2]
 *
 * and what a frame's body is made of altogether.
 */
import { type Millis, millis } from '../ids.ts';
import type { Decision, FrameRef } from '../show/events.ts';
import type { Layout } from '../show/seats/layout.ts';
import { decodeDecision, encodeDecision, type Tuple } from './decision-codec.ts';

export const FRAME_VERSION = 1;

export type LogEntry =
  | { readonly type: 'decision'; readonly decision: Decision }
  | { readonly type: 'layoutDefined'; readonly layout: Layout }
  | { readonly type: 'epochOpened'; readonly floorMs: Millis };

/** A frame's content as plain arrays, ready for the codec. */
export function encodeEntries(entries: readonly LogEntry[]): Tuple {
  const tuple: unknown[] = [FRAME_VERSION];
  for (const entry of entries) {
    if (entry.type === 'decision') tuple.push(encodeDecision(entry.decision));
    else if (entry.type === 'layoutDefined') tuple.push([1, entry.layout]);
    else tuple.push([2, entry.floorMs]);
  }
  return tuple;
}

/** @throws Error where the frame was written by a version later than this one. */
export function decodeEntries(content: unknown, frame: FrameRef): readonly LogEntry[] {
  const [version, ...tuples] = content as readonly unknown[];
  if (version !== FRAME_VERSION) {
    throw new Error(`frame version ${String(version)} is not known to this version`);
  }
  return tuples.map((tuple) => decodeEntry(tuple as Tuple, frame));
}

function decodeEntry(tuple: Tuple, frame: FrameRef): LogEntry {
  if (typeof tuple[0] === 'string') {
    return { type: 'decision', decision: decodeDecision(tuple, frame) };
  }
  if (tuple[0] === 1) return { type: 'layoutDefined', layout: tuple[1] as Layout };
  if (tuple[0] === 2) return { type: 'epochOpened', floorMs: millis(tuple[1] as number) };
  throw new Error(`log entry ${String(tuple[0])} is not known to this version`);
}
