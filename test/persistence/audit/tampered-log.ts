/**
 * A log in the hands of somebody who wants to change what happened: frames are taken apart, edited
 * as they please, and put together again, with the whole chain worked out anew if they are clever.
 */
import { frameHash } from '../../../engine/shard/frame-hash.ts';
import type { Frame } from '../../../engine/shard/log-store.ts';
import { Auditor, type LogRow } from '../../../persistence/audit/auditor.ts';
import type { SeenReply } from '../../../persistence/audit/seen.ts';
import { codec } from '../../../persistence/codec.ts';
import { sha256 } from '../../../persistence/hasher.ts';

/** [code, field, field …] */
export type LooseEvent = [number, ...unknown[]];
/** [show, seq, user, requestId, event, event …], or one that begins with a number. */
export type LooseEntry = unknown[];

export interface LooseFrame {
  partition: number;
  lsn: number;
  epoch: number;
  timeMs: number;
  hash: Uint8Array;
  content: [number, ...LooseEntry[]];
}

/** The frames taken apart; editing them changes nothing of the log. */
export function takeApart(rows: readonly LogRow[]): LooseFrame[] {
  return rows.map(({ body, hash, partition, lsn, epoch, timeMs }) => {
    const content = codec.decode(body) as LooseFrame['content'];
    return { partition, lsn, epoch, timeMs, hash: new Uint8Array(hash), content };
  });
}

/** Put together again, with the hashes as they were. */
export function putTogether(frames: readonly LooseFrame[]): readonly LogRow[] {
  return frames.map(({ content, ...frame }) => ({ ...frame, body: codec.encode(content) }));
}

/** Put together again with LSNs without gaps and a chain that holds from end to end. */
export function chainAnew(frames: readonly LooseFrame[]): readonly LogRow[] {
  const ends = new Map<number, { lsn: number; hash: Uint8Array }>();
  return putTogether(frames).map((row) => {
    const end = ends.get(row.partition) ?? { lsn: 0, hash: new Uint8Array(32) };
    const frame = { ...row, lsn: end.lsn + 1 } as Frame;
    const hash = frameHash(sha256, end.hash, frame);
    ends.set(row.partition, { lsn: frame.lsn, hash });
    return { ...frame, hash };
  });
}

/** Gives the decisions of every show numbers without gaps, in the order of the log. */
export function numberAnew(frames: readonly LooseFrame[]): void {
  const last = new Map<string, number>();
  for (const [, , entry] of entriesOf(frames)) {
    if (typeof entry[0] !== 'string') continue;
    const next = (last.get(entry[0]) ?? 0) + 1;
    last.set(entry[0], next);
    entry[1] = next;
  }
}

/** Each entry with its frame and its place in there. */
export function entriesOf(
  frames: readonly LooseFrame[],
): readonly (readonly [LooseFrame, number, LooseEntry])[] {
  return frames.flatMap((frame) =>
    frame.content.slice(1).map((entry, at) => [frame, at + 1, entry as LooseEntry] as const),
  );
}

/** The nth event of that code, with its decision. @throws Error where there is none. */
export function eventOf(
  frames: readonly LooseFrame[],
  code: number,
  nth = 0,
): { frame: LooseFrame; at: number; decision: LooseEntry; event: LooseEvent } {
  const found = entriesOf(frames).flatMap(([frame, at, decision]) =>
    decision
      .slice(4)
      .filter((event) => Array.isArray(event) && event[0] === code)
      .map((event) => ({ frame, at, decision, event: event as LooseEvent })),
  );
  const one = found.at(nth);
  if (one === undefined) throw new Error(`there is no event ${code} to tamper with`);
  return one;
}

/** Codes of what is found, each once, in order. */
export function codesOf(rows: readonly LogRow[], seen: readonly SeenReply[] = []): string[] {
  const auditor = new Auditor({ history: true });
  for (const row of rows) auditor.frame(row);
  for (const reply of seen) auditor.reply(reply);
  return [...new Set(auditor.finish().map(({ code }) => code))];
}
