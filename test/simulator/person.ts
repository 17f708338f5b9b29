/**
 * A person with a browser: connects, asks, waits, tries again with the same request id until
 * answered, comes back after an outage, and by temper dawdles, vanishes, clicks twice or cheats.
 * Several tabs of one session are several of these with one token.
 */

import {
  type ClientCodec,
  jsonClientCodec,
  msgpackClientCodec,
} from '../../gateway/wire/client-codec.ts';
import type { DownMessage, UpMessage } from '../../gateway/wire/message-types.ts';
import { Belongings } from './belongings.ts';
import type { Kernel, Thread } from './kernel.ts';
import type { ClientEnd, Connection } from './network.ts';
import type { Oracle } from './oracle.ts';
import { Random } from './random.ts';

/** What all people share. */
export interface Town {
  readonly kernel: Kernel;
  readonly world: Thread;
  readonly oracle: Oracle;
  readonly seatsOfShow: ReadonlyMap<string, number>;
  /** Shows whose holds are paid for, not booked. */
  readonly paidShows: ReadonlySet<string>;
  /** Nobody does anything new any more; what is open is brought to its end. */
  readonly calm: boolean;
  /** A new connection to whichever gateway listens. */
  connect(client: ClientEnd, protocol: string): Connection | undefined;
}

/** What several tabs have in common. */
export interface Session {
  token: string | null;
  user: string | undefined;
}

interface Pending {
  readonly message: UpMessage;
  nextUs: number;
  tries: number;
}

export type Temper = 'fast' | 'slow' | 'vanishing' | 'doubleClicking' | 'greedy' | 'malicious';
type Fields = Readonly<Record<string, unknown>>;

const GIVE_UP_ASKING_US = 2_000_000;
const retryable = new Set(['overloaded', 'logUnavailable', 'shardUnavailable', 'shuttingDown']);

export class Person implements ClientEnd {
  readonly index: number;
  readonly temper: Temper;
  readonly chance: Random;
  readonly session: Session;
  readonly things: Belongings;
  readonly pending = new Map<string, Pending>();
  /** Requests that were answered, the latest last. */
  readonly answered: UpMessage[] = [];
  readonly #town: Town;
  readonly #codec: ClientCodec;
  #connection: Connection | undefined;
  #state: 'away' | 'connecting' | 'greeting' | 'here' = 'away';
  #sinceUs = 0;
  #comesBackUs = 0;
  #lastId = 0;
  gone = false;

  constructor(town: Town, seed: number, index: number, session: Session) {
    this.#town = town;
    this.index = index;
    this.session = session;
    this.chance = new Random(seed, 'person', index);
    this.temper = this.chance.weighted({
      fast: 30,
      slow: 20,
      vanishing: 10,
      doubleClicking: 15,
      greedy: 15,
      malicious: 10,
    });
    this.#codec = this.chance.chance(0.1) ? jsonClientCodec : msgpackClientCodec;
    this.things = new Belongings(this, town);
  }

  get here(): boolean {
    return this.#state === 'here';
  }

  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Makes a request with a new id, and sends it as soon as it can be. */
  ask(type: UpMessage['type'], fields: Fields): void {
    this.gone = false;
    this.#lastId++;
    const requestId = `${this.index}-${this.#lastId}`;
    this.askAs({ type, requestId, ...fields } as unknown as UpMessage);
  }

  /** Sends a request, be it anew, and waits for its answer. */
  askAs(message: UpMessage): void {
    const { requestId } = message;
    this.pending.set(requestId, { message, nextUs: 0, tries: 0 });
    if (this.#state === 'here') this.#send(requestId);
    else this.#connect();
  }

  /** Bytes that are no message, or none that is allowed. */
  sendRaw(bytes: Uint8Array | string): void {
    if (this.#state === 'away') this.#connect();
    else this.#connection?.send(bytes);
  }

  /** Looks at what is still open. Called now and then. */
  tick(): void {
    const { kernel, calm } = this.#town;
    const nowUs = kernel.nowUs;
    if (this.#state === 'away') {
      const wanted = this.pending.size > 0 && (!this.gone || calm);
      if (wanted && nowUs >= this.#comesBackUs) this.#connect();
      return;
    }
    if (this.#state !== 'here') {
      if (nowUs - this.#sinceUs > GIVE_UP_ASKING_US) this.hangUp();
      return;
    }
    for (const [requestId, pending] of this.pending) {
      if (pending.nextUs > nowUs) continue;
      // An old connection that may be dead is not trusted twice.
      if (pending.tries >= 3 && pending.tries % 3 === 0) {
        pending.tries++;
        return this.hangUp();
      }
      this.#send(requestId);
    }
  }

  hangUp(): void {
    this.#connection?.hangUp();
    this.closed();
  }

  opened(): void {
    this.#state = 'greeting';
    this.#sinceUs = this.#town.kernel.nowUs;
    const { token } = this.session;
    this.#lastId++;
    const requestId = `h${this.index}-${this.#lastId}`;
    this.#post({ type: 'hello', requestId, token } as unknown as UpMessage);
  }

  closed(): void {
    this.#connection = undefined;
    this.#state = 'away';
    this.#comesBackUs = this.#town.kernel.nowUs + this.chance.between(50_000, 1_500_000);
    this.things.stale();
    for (const pending of this.pending.values()) pending.tries = 0;
  }

  heard(given: unknown): void {
    const message = given as DownMessage;
    if (message.type === 'welcome') return this.#welcomed(message);
    if (message.type === 'error') return this.#refused(message);
    const requestId = 'requestId' in message ? message.requestId : undefined;
    if (requestId !== undefined) {
      const asked = this.pending.get(requestId)?.message;
      this.pending.delete(requestId);
      if ('lsn' in message) this.#town.oracle.heard(this.session.user ?? '', requestId);
      if (asked !== undefined && 'show' in asked) {
        this.answered.push(asked);
        if (this.answered.length > 12) this.answered.shift();
      }
    }
    this.things.heard(message);
  }

  #connect(): void {
    if (this.#state !== 'away') return;
    this.#state = 'connecting';
    this.#sinceUs = this.#town.kernel.nowUs;
    this.#connection = this.#town.connect(this, this.#codec.subprotocol);
  }

  #welcomed(message: Extract<DownMessage, { type: 'welcome' }>): void {
    // Another tab was quicker to get a session: this one takes it over, too.
    const { user } = this.session;
    if (user !== undefined && user !== message.user) return this.hangUp();
    this.#state = 'here';
    this.session.token = message.token;
    this.session.user = message.user;
    for (const requestId of this.pending.keys()) this.#send(requestId);
  }

  #refused(message: Extract<DownMessage, { type: 'error' }>): void {
    const { requestId, reason } = message;
    const nowUs = this.#town.kernel.nowUs;
    if (requestId === null) {
      if (reason !== 'shardUnavailable') return;
      for (const pending of this.pending.values()) {
        pending.nextUs = nowUs + this.chance.between(200_000, 900_000);
      }
      return;
    }
    const pending = this.pending.get(requestId);
    if (pending === undefined) return;
    if (retryable.has(reason)) pending.nextUs = nowUs + this.chance.between(100_000, 900_000);
    else this.pending.delete(requestId);
  }

  #send(requestId: string): void {
    const pending = this.pending.get(requestId);
    if (pending === undefined) return;
    const { message } = pending;
    pending.tries++;
    const patience = this.temper === 'fast' ? 600_000 : 2_000_000;
    pending.nextUs = this.#town.kernel.nowUs + patience + this.chance.below(patience);
    if ('show' in message) {
      const { type, show } = message;
      const user = this.session.user ?? '';
      this.#town.oracle.asks({ user, requestId, show, type, message });
    }
    this.#post(message);
    if (this.temper === 'doubleClicking' && this.chance.chance(0.4)) this.#post(message);
  }

  #post(message: UpMessage): void {
    if ('show' in message) this.#connection?.order.sent(message.show, message.requestId);
    this.#connection?.send(this.#codec.encode(message));
  }
}
