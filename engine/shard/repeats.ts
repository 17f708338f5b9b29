/**
 * Requests that were sent again [H7]: what they were answered is read back from the log. Answers
 * keep the order of the requests [F1], so a batch with such requests leaves only once they are
 * read; they are few, and of more than a few in one turn the rest is told to ask again.
 */
import type { Lsn, PartitionId, RequestId, UserId } from '../ids.ts';
import type { Accepted } from '../show/events.ts';
import type { Show } from '../show/show.ts';
import type { RequestPlace } from '../show/users/request-rings.ts';
import type { Codec } from './host.ts';
import type { LogStore } from './log-store.ts';
import type { Output } from './outputs.ts';
import { decodeEntries, type LogEntry } from './partition-entry.ts';

/** A request that was decided before, among the outputs of a turn until its answer is read. */
export interface Repeat<Origin> {
  readonly type: 'repeated';
  readonly to: Origin;
  readonly requestId: RequestId;
  /** Undefined for the house. */
  readonly user: UserId | undefined;
  readonly show: Show;
  readonly partition: PartitionId;
  readonly decision: RequestPlace;
}

/** The answer to an accepted request, now that it is sent: `user` is undefined for the house. */
export function acceptedBy<Origin>(
  to: Origin,
  show: Show,
  user: UserId | undefined,
  made: Accepted,
  isNew: boolean,
): Output<Origin> {
  const { waitlist } = show;
  const waiter = user === undefined ? undefined : waitlist.get(user);
  const ahead = waiter === undefined ? 0 : waitlist.ahead(waiter);
  const { requestId } = made;
  return { type: 'accepted', to, requestId, show, made, isNew, ahead, serving: waitlist.serving };
}

/** Whether outputs can leave as they are, of which so many are repeats. */
export function areComplete<Origin>(
  _outputs: readonly (Output<Origin> | Repeat<Origin>)[],
  repeats: number,
): _outputs is readonly Output<Origin>[] {
  return repeats === 0;
}

/** The same outputs with an answer in the place of each repeat; call once they are durable. */
export async function answerRepeats<Origin>(
  outputs: readonly (Output<Origin> | Repeat<Origin>)[],
  log: LogStore,
  codec: Codec,
): Promise<readonly Output<Origin>[]> {
  const frames = new FrameReader(log, codec);
  return await Promise.all(
    outputs.map(async (output): Promise<Output<Origin>> => {
      if (output.type !== 'repeated') return output;
      const { to, requestId, show, user } = output;
      try {
        return acceptedBy(to, show, user, await acceptedOf(output, frames), false);
      } catch {
        // What is wrong with the log is told where it is written; this one may be asked again.
        return { type: 'failed', to, requestId, reason: 'logUnavailable' };
      }
    }),
  );
}

/** @throws Error where the log does not have it any more. */
async function acceptedOf(
  { requestId, show, partition, decision }: Repeat<unknown>,
  frames: FrameReader,
): Promise<Accepted> {
  for (const entry of await frames.entries(partition, decision.lsn)) {
    if (entry.type !== 'decision') continue;
    const { seq, events, frame } = entry.decision;
    const [event] = events;
    if (entry.decision.show !== show.id || seq !== decision.seq || event === undefined) continue;
    return { requestId, seq, event, frame };
  }
  throw new Error('the decision is not in its frame');
}

/** Reads each frame once, however many of its decisions are asked for. */
class FrameReader {
  readonly #log: LogStore;
  readonly #codec: Codec;
  readonly #read = new Map<string, Promise<readonly LogEntry[]>>();

  constructor(log: LogStore, codec: Codec) {
    this.#log = log;
    this.#codec = codec;
  }

  entries(partition: PartitionId, lsn: Lsn): Promise<readonly LogEntry[]> {
    const key = `${partition} ${lsn}`;
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const entries = this.#entries(partition, lsn);
    this.#read.set(key, entries);
    return entries;
  }

  async #entries(partition: PartitionId, lsn: Lsn): Promise<readonly LogEntry[]> {
    const [frame] = await this.#log.read(partition, lsn, 1);
    if (frame === undefined) throw new Error('the frame is gone');
    const { timeMs, hash } = frame;
    return decodeEntries(this.#codec.decode(frame.body), { timeMs, lsn, hash });
  }
}
