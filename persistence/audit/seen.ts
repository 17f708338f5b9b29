/**
 * What clients saw, in tests: every answer, refusal, push and map, as it came off the wire or out
 * of the library. The shapes are those of both; fields that a transport does not carry are left
 * out and then not compared.
 */

/** Real times by a clock of the client, for linearizability; any that never falls will do. */
export interface SeenTimes {
  /** When the request was first sent. */
  readonly askedAtMs?: number | undefined;
  /** When the reply was received. */
  readonly answeredAtMs?: number | undefined;
}

/** Where the answer says its decision stands in the log. */
export interface SeenReceipt {
  readonly seq: number;
  readonly timeMs: number;
  readonly lsn: number;
  readonly hash: Uint8Array;
}

/** What an accepted answer says was done. */
export interface SeenAnswer {
  readonly type: string;
  readonly hold?: number | undefined;
  readonly seats?: readonly number[] | undefined;
  readonly deadlineMs?: number | undefined;
  readonly prices?: readonly number[] | undefined;
  readonly total?: number | undefined;
  readonly currency?: string | undefined;
  readonly ticket?: number | undefined;
  readonly party?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly booking?: string | undefined;
  readonly bookings?: readonly string[] | undefined;
  readonly refund?: number | undefined;
  readonly payment?: number | undefined;
  readonly amount?: number | undefined;
  readonly pinnedUntilMs?: number | undefined;
}

/** What had been asked for, where the client still knows: then all or nothing is checked [H1]. */
export type SeenRequest =
  | { readonly type: 'seats'; readonly seats: readonly number[] }
  | {
      readonly type: 'best';
      readonly count: number;
      readonly tier: number | undefined;
      readonly split?: boolean | undefined;
    }
  | { readonly type: 'other' };

export interface SeenAccepted extends SeenTimes {
  readonly type: 'accepted';
  readonly show: string;
  readonly user: string;
  readonly requestId: string;
  readonly receipt: SeenReceipt;
  readonly answer?: SeenAnswer | undefined;
  readonly asked?: SeenRequest | undefined;
}

export interface SeenRejected extends SeenTimes {
  readonly type: 'rejected';
  readonly show: string;
  readonly user: string;
  readonly requestId: string;
  readonly reason: string;
  /** Seats named as taken, orphaned or blocked. */
  readonly seats?: readonly number[] | undefined;
  readonly left?: number | undefined;
  readonly ahead?: number | undefined;
  readonly free?: number | undefined;
  /** The show's last decision when it was refused, where that is known: then checked exactly. */
  readonly afterSeq?: number | undefined;
}

export interface SeenPush {
  readonly type: 'push';
  readonly show: string;
  readonly user: string;
  readonly push: {
    readonly type: string;
    readonly seq: number;
    readonly party?: number | undefined;
    readonly untilMs?: number | undefined;
    readonly reason?: string | undefined;
    readonly hold?: number | undefined;
    readonly bookings?: readonly string[] | undefined;
    readonly refund?: number | undefined;
    readonly payment?: number | undefined;
    readonly url?: string | undefined;
    readonly booking?: string | undefined;
    readonly seats?: readonly number[] | undefined;
    readonly prices?: readonly number[] | undefined;
    readonly total?: number | undefined;
    readonly amount?: number | undefined;
    readonly currency?: string | undefined;
  };
}

/** A whole map: what `watching` answers. */
export interface SeenMap extends SeenTimes {
  readonly type: 'map';
  readonly show: string;
  readonly seq: number;
  readonly phase?: string | undefined;
  /** 2 bits a seat, lowest bits first: 0 free, 1 held, 2 booked, 3 blocked. */
  readonly seats: Uint8Array;
  readonly serving?: number | undefined;
  readonly waiting?: number | undefined;
  readonly earmarked?: number | undefined;
}

/** Changes to a map over decisions `fromSeq` + 1 … `toSeq`: seat × 4 + state. */
export interface SeenChanges {
  readonly type: 'changed';
  readonly show: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly changes: readonly number[];
}

export type SeenReply = SeenAccepted | SeenRejected | SeenPush | SeenMap | SeenChanges;
