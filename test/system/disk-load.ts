/**
 * Sessions that hold and release seats until the server cannot write its log any more, each with
 * a note of what it was last told, for what comes after a restart to be compared with.
 */
import { type RequestId, requestId, type ShowId } from '../../engine/ids.ts';
import type { DownMessage, UpMessage } from '../../gateway/wire/message-types.ts';
import { RawSocket } from '../support/raw-socket.ts';

export interface DiskUser {
  readonly token: string;
  /** Holds that it has, as far as it was told. */
  readonly holds: ReadonlySet<number>;
  readonly acknowledged: number;
  /** The request that was refused, and the answer; undefined where there was none. */
  readonly refused: { readonly asked: UpMessage; readonly answer: DownMessage | undefined };
  /** Any answer that was neither an acknowledgement nor the refusal expected. */
  readonly problems: readonly string[];
}

const MOST_REQUESTS = 5_000;
const ANSWER_WITHIN_MS = 9_000;

/** Fights with the disk from `sessions` sessions at once; ends when all have been refused. */
export function useUpDisk(
  url: string,
  show: ShowId,
  sessions: number,
  onAcknowledged: () => void = () => undefined,
): Promise<readonly DiskUser[]> {
  return Promise.all(
    Array.from({ length: sessions }, (_, index) => oneSession(url, show, index, onAcknowledged)),
  );
}

async function oneSession(
  url: string,
  show: ShowId,
  index: number,
  onAcknowledged: () => void,
): Promise<DiskUser> {
  const { raw, welcome } = await RawSocket.greeted(url);
  const holds = new Set<number>();
  const problems: string[] = [];
  const user = { token: welcome.token, holds, problems };
  for (let acknowledged = 0; acknowledged < MOST_REQUESTS; acknowledged++) {
    const asked = nextRequest(raw, show, index, holds);
    const answer = await askedOf(raw, asked);
    if (answer?.type === 'held') holds.add(answer.hold);
    else if (answer?.type === 'released') holds.delete(answer.hold);
    else {
      if (answer?.type !== 'error' || answer.reason !== 'logUnavailable') {
        problems.push(`${asked.type} was answered ${JSON.stringify(answer)}`);
      }
      raw.cut();
      return { ...user, acknowledged, refused: { asked, answer } };
    }
    onAcknowledged();
  }
  throw new Error(`the disk took ${MOST_REQUESTS} requests of one session`);
}

async function askedOf(raw: RawSocket, asked: UpMessage): Promise<DownMessage | undefined> {
  const fits = (each: DownMessage) => 'requestId' in each && each.requestId === asked.requestId;
  raw.send(asked);
  const heard = raw.next(fits, 'an answer', ANSWER_WITHIN_MS);
  return heard.then(
    ({ message }) => message,
    () => undefined,
  );
}

/** Two seats of its own, held one after the other and released again. */
function nextRequest(
  raw: RawSocket,
  show: ShowId,
  index: number,
  holds: ReadonlySet<number>,
): UpMessage {
  const id: RequestId = raw.nextId();
  const [first] = holds;
  if (holds.size >= 2 && first !== undefined) {
    return { type: 'release', requestId: id, show, hold: first as never };
  }
  // The hold that is left, if any, may have either seat: the third one is free in any case.
  return { type: 'holdBest', requestId: id, show, count: 1 + (index % 2), tier: null, split: null };
}

/** What is not there any more of what these sessions were told, in words. */
export async function missingOf(
  url: string,
  users: readonly DiskUser[],
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const { token, holds, refused } of users) {
    const { raw } = await RawSocket.greeted(url, 'msgpack', token);
    const mine = { type: 'mine', requestId: requestId('mine-again') } as const;
    const { shows } = await raw.ask(mine, 'mineFound');
    raw.cut();
    const found = new Set<number>(shows.flatMap((each) => each.holds.map(({ hold }) => hold)));
    const doubted = refused.asked.type === 'release' ? refused.asked.hold : undefined;
    for (const hold of holds) {
      if (!found.has(hold) && hold !== doubted) missing.push(`hold ${hold}`);
    }
    if (found.size > holds.size + (doubted === undefined ? 1 : 0)) {
      missing.push(`the end of a hold: there are ${[...found]} instead of ${[...holds]}`);
    }
  }
  return missing;
}
