/**
 * The auditor: from the log alone it says whether the rules were kept [F2]. It is written from
 * the rules and from the words that describe the log's format, and shares no code with what
 * decides, applies or reads a log, so that a mistake there is not made here again.
 *
 *   frame(row) … frame(row)   ─▶ chain ─▶ body ─▶ the show's book ─▶ findings
 *   reply(seen) … reply(seen) ─▶ compared with the decision that it tells of
 */
import type { Finding } from './finding.ts';
import type { SeenReply } from './seen.ts';

/** A frame as it stands in the log. */
export interface LogRow {
  readonly partition: number;
  readonly lsn: number;
  readonly epoch: number;
  readonly timeMs: number;
  readonly body: Uint8Array;
  readonly hash: Uint8Array;
}

export interface AuditorOptions {
  /** Keeps a line a decision, so that replies can be compared; without it `reply` throws. */
  readonly history?: boolean;
  /**
   * Frames are given the moment they are durable and replies the moment they are seen: a reply
   * that comes before its frame then was said too early [D1].
   */
  readonly live?: boolean;
  /** Findings kept; all are counted. Default 1,000. */
  readonly mostFindings?: number;
  /** Called with each finding as it is made, also with those that are not kept. */
  readonly onFinding?: (finding: Finding) => void;
}

export class Auditor {
  readonly #findings: Finding[] = [];

  constructor(_options: AuditorOptions = {}) {}

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** The next frame; a partition's frames come in the order of the log. Only durable ones. */
  frame(_row: LogRow): void {}

  /** Something a client saw. A reply may come before or after the frame it tells of. */
  reply(_reply: SeenReply): void {}

  /**
   * Ends the audit. Replies that tell of decisions which are not in the log become findings; with
   * `nowMs`, so does whatever should have been decided by then.
   */
  finish(_nowMs?: number): readonly Finding[] {
    return this.#findings;
  }
}
