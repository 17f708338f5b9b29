/**
 * Whether what clients saw could have happened at single moments, each between a request and its
 * reply, in the order of the log [F1]: whoever asked after another had been answered must have
 * been decided later. The log is the witness, so nothing has to be searched for: the replies of a
 * show are gone through once, in the order of their real times.
 */
import type { ShowHistory } from './history.ts';
import type { SeenRejected, SeenReply } from './seen.ts';

/** A reply with its times; a map only looked, so it may share its decision with others. */
export interface TimedReply {
  readonly reply: SeenReply;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  /** The decision that it tells of; undefined for a refusal. */
  readonly seq: number | undefined;
  readonly looked: boolean;
}

export interface PlacedReply extends TimedReply {
  /** The last decision that somebody had been told of before this was asked. */
  readonly after: number;
  /** The last decision before those that were asked for after this was answered. */
  readonly until: number;
}

/** Sorts out what each reply came after and before. Cost: that of sorting. */
export function placeReplies(replies: readonly TimedReply[]): readonly PlacedReply[] {
  const answered = [...replies].sort((a, b) => a.answeredAtMs - b.answeredAtMs);
  const asked = [...replies].sort((a, b) => a.askedAtMs - b.askedAtMs);
  const after = new Map<TimedReply, number>();
  let next = 0;
  let latest = 0;
  for (const reply of asked) {
    for (;;) {
      const earlier = answered[next];
      if (earlier === undefined || earlier.answeredAtMs >= reply.askedAtMs) break;
      latest = Math.max(latest, earlier.seq ?? 0);
      next++;
    }
    after.set(reply, latest);
  }
  const placed: PlacedReply[] = [];
  let last = asked.length - 1;
  let until = Number.POSITIVE_INFINITY;
  for (const reply of answered.reverse()) {
    for (;;) {
      const later = asked[last];
      if (later === undefined || later.askedAtMs <= reply.answeredAtMs) break;
      const { seq = Number.POSITIVE_INFINITY, looked } = later;
      until = Math.min(until, looked ? seq : seq - 1);
      last--;
    }
    placed.push({ ...reply, after: after.get(reply) ?? 0, until });
  }
  return placed.reverse();
}

/** Whether a reply tells of something older than what was known when it was asked for. */
export function isOutOfOrder({ seq, after, looked }: PlacedReply): boolean {
  return seq !== undefined && (looked ? seq < after : seq <= after);
}

/**
 * A sentence where a refusal was right at no moment between `earliest` and `until` [R1–R4];
 * undefined too where it says nothing that can be looked up.
 */
export function refusalIsFalse(
  seen: SeenRejected,
  history: ShowHistory,
  earliest: number,
  until: number,
): string | undefined {
  // Before its first decision there is no show to be refused by.
  const from = Math.max(earliest, 1);
  const moments =
    seen.reason === 'seatsTaken'
      ? new Set([
          from,
          ...(seen.seats ?? []).flatMap((seat) => history.changesOf(seat, from, until)),
        ])
      : range(from, until);
  let looked = false;
  for (const seq of moments) {
    const right = wasRight(seen, history, seq);
    if (right === undefined || right) return undefined;
    looked = true;
  }
  if (!looked) return undefined;
  const when = from === until ? `after decision ${from}` : `from decision ${from} to ${until}`;
  return `${seen.user} is refused as "${seen.reason}", which it was not ${when}.`;
}

function* range(from: number, until: number): Generator<number> {
  for (let seq = from; seq <= until; seq++) yield seq;
}

/** Undefined where the refusal says nothing that the log could tell. */
function wasRight(seen: SeenRejected, history: ShowHistory, seq: number): boolean | undefined {
  const past = history.at(seq);
  if (past === undefined) return undefined;
  const pool = past.free + past.held;
  const grantable = past.free - past.promised;
  switch (seen.reason) {
    case 'showNotOnSale':
      return past.phase !== 'onSale';
    case 'tooFewLeft':
      return seen.left === undefined ? undefined : seen.left === pool;
    case 'chooseNow':
      return past.waiting === 0 && (seen.free === undefined || seen.free === grantable);
    case 'seatsTaken':
      if (seen.seats === undefined || seen.seats.length === 0) return undefined;
      return seen.seats.every((seat) => history.markAt(seat, seq) !== 0);
    case 'waitInLine':
      return seen.ahead === undefined ? undefined : seen.ahead <= past.waiting;
    default:
      return undefined;
  }
}
