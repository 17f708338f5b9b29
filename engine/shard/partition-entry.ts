/**
 * What a partition itself writes into its frames, beside its shows' decisions:
 *
 *   [1, layout]          a seat layout that shows of this partition use
 *   [2, floor time]      a new owner took over; holds and offers stand at least until then [D2]
 *
 * and what a frame's body is made of altogether.
 */
import { type Millis, millis } from '../ids.ts';
import { Writer } from '../msgpack/writer.ts';
import type { Decision, FrameRef } from '../show/events.ts';
import type { Layout } from '../show/seats/layout.ts';
import { decodeDecision, type Tuple, writeDecision } from './decision-codec.ts';

export const FRAME_VERSION = 1;

export type PartitionEntry =
  | { readonly type: 'layoutDefined'; readonly layout: Layout }
  | { readonly type: 'epochOpened'; readonly floorMs: Millis };

/** An entry as it is read back. */
export type LogEntry = { readonly type: 'decision'; readonly decision: Decision } | PartitionEntry;

/**
 * A frame's body while it is being filled: entries are written as they are recorded, and the
 * array's length is put in when the frame is sealed.
 */
export class FrameBody {
  readonly #writer = new Writer(1024);
  #entries = 0;

  get isEmpty(): boolean {
    return this.#entries === 0;
  }

  addDecision(decision: Decision): void {
    this.#begin();
    writeDecision(this.#writer, decision);
  }

  add(entry: PartitionEntry): void {
    this.#begin();
    const writer = this.#writer;
    writer.array(2);
    if (entry.type === 'layoutDefined') {
      writer.uint(1);
      writer.value(entry.layout);
    } else {
      writer.uint(2);
      writer.uint(entry.floorMs);
    }
  }

  #begin(): void {
    if (this.#entries === 0) {
      this.#writer.arrayOfLaterLength();
      this.#writer.uint(FRAME_VERSION);
    }
    this.#entries++;
  }

  /** The body's own bytes; the next entry begins another body. */
  take(): Uint8Array<ArrayBuffer> {
    this.#writer.patchArrayLength(0, 1 + this.#entries);
    this.#entries = 0;
    return this.#writer.take();
  }
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
