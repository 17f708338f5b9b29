/**
 * Usher's client, for browsers and Node: one session, its requests as typed promises, and live
 * shows. A rule's refusal is a value (`rejected`), to be looked at like any other answer; only
 * what was not understood, not served or not answered rejects, always with an UsherError.
 */
import type { BookingRef, HoldId, Millis, ShowId, UserId } from '../../engine/ids.ts';
import type { MineShow } from '../../engine/show/views.ts';
import { jsonClientCodec, msgpackClientCodec } from '../wire/client-codec.ts';
import type { Down, DownMessage, Up, UpMessage } from '../wire/message-types.ts';
import { type ClientEvents, isOwnNews } from './client-events.ts';
import { ServerClock } from './clock.ts';
import { Connection, type ConnectionState } from './connection.ts';
import { UsherError } from './errors.ts';
import { Heartbeat } from './heartbeat.ts';
import { Listeners, type Unsubscribe } from './listeners.ts';
import type { LiveShow } from './live-show.ts';
import { MineKeeper } from './mine-keeper.ts';
import { requestIdSource } from './request-ids.ts';
import { type Answer, Requests } from './requests.ts';
import { defaultTokenStorage, memoryTokenStorage, type TokenStorage } from './session-storage.ts';
import { type SocketClass, socketClass } from './socket.ts';
import { Transports, type Way } from './transports.ts';
import { Watches } from './watches.ts';

export interface ConnectOptions {
  /** e.g. `wss://tickets.example/ws`. */
  readonly url: string;
  /** The WebSocket class where the platform has none, e.g. from `ws` in Node 20. */
  readonly WebSocket?: SocketClass | undefined;
  /** An earlier session's token; else what `storage` has, else a new session. */
  readonly token?: string | undefined;
  readonly protocol?: 'msgpack' | 'json' | undefined;
  /** Where the token is kept; localStorage in a browser, memory in Node. */
  readonly storage?: TokenStorage | undefined;
  /** Plain HTTP where WebSockets do not work, until they do; true. */
  readonly fallback?: boolean | undefined;
  /** How long a request may take, resends included; 15 s. */
  readonly requestTimeoutMs?: number | undefined;
  readonly onState?: ((state: ConnectionState) => void) | undefined;
}

export interface Contact {
  readonly email?: string | null;
  /** With the country's prefix, e.g. `+919812345678`. */
  readonly phone?: string | null;
  /** ISO 639-1. */
  readonly language?: string | null;
}

export interface MovieFilters {
  readonly city: string;
  /** ISO 639-1. */
  readonly language?: string | null;
  readonly genre?: string | null;
  /** Local day in the city, `YYYY-MM-DD`. */
  readonly date?: string | null;
  readonly text?: string | null;
}

export interface ShowFilters {
  readonly city: string;
  readonly movie: string;
  readonly date?: string | null;
}

type Rejected = Down<'rejected'>;
type Named<Name extends UpMessage['type']> = Omit<Up<Name>, 'requestId'>;

/** What became of one show's part of a bulk cancellation. */
export interface CancelOutcome {
  readonly show: ShowId;
  readonly outcome: Down<'cancelled'> | Rejected | UsherError;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/** Opens a session. Requests may be made at once; they go out when the server has greeted. */
export function connect(options: ConnectOptions): UsherClient {
  return new UsherClient(options);
}

export class UsherClient {
  readonly clock = new ServerClock();
  readonly #listeners = new Listeners<ClientEvents>();
  readonly #nextId = requestIdSource();
  readonly #requests: Requests;
  readonly #connection: Connection;
  readonly #heartbeat: Heartbeat;
  readonly #mine: MineKeeper;
  readonly #watches: Watches;
  #welcome: Down<'welcome'> | undefined;

  constructor(options: ConnectOptions) {
    const link = {
      state: (): ConnectionState => this.#connection?.state ?? 'connecting',
      send: (message: UpMessage) => this.#connection.send(message),
    };
    this.#requests = new Requests(link, options.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.#heartbeat = new Heartbeat(this.clock, {
      nextId: this.#nextId,
      send: link.send,
      onDead: () => this.#connection.drop(),
    });
    this.#mine = new MineKeeper({
      ask: () => this.#ask({ type: 'mine' }, 'mineFound'),
      onChange: (show) => {
        this.#watches.mineChanged(show);
        this.#listeners.emit('mine', show);
      },
    });
    this.#watches = new Watches({
      watch: (show) => this.#ask({ type: 'watch', show }, 'watching', 'rejected'),
      unwatch: (show) => this.#ask({ type: 'unwatch', show }, 'unwatched', 'rejected'),
      details: (show) => this.show(show),
      mineOf: (show) => this.#mine.of(show),
    });
    if (options.onState) this.#listeners.on('state', options.onState);
    const given = options.token === undefined ? undefined : memoryTokenStorage(options.token);
    this.#connection = new Connection(
      {
        transports: new Transports({
          url: options.url,
          WebSocket: socketClass(options.WebSocket),
          codec: options.protocol === 'json' ? jsonClientCodec : msgpackClientCodec,
          fallback: options.fallback ?? true,
        }),
        storage: options.storage ?? given ?? defaultTokenStorage(),
        token: options.token,
        nextId: this.#nextId,
      },
      {
        onState: (state) => this.#listeners.emit('state', state),
        onWelcome: (welcome, resumed, sentMs, receivedMs) => {
          this.clock.reset();
          this.clock.sample(sentMs, receivedMs, welcome.serverMs);
          this.#greeted(welcome, resumed);
        },
        onMessage: (message) => this.#received(message),
        onDropped: () => this.#dropped(),
      },
    );
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** Over a WebSocket, or over plain HTTP where the network breaks those. */
  get way(): Way {
    return this.#connection.way;
  }

  /** The session's token, to come back with from elsewhere; null before the first greeting. */
  get token(): string | null {
    return this.#connection.token;
  }

  /** This session's user, known from the first greeting on. */
  get user(): UserId | undefined {
    return this.#welcome?.user;
  }

  /** The greeting: limits and the server's grace after deadlines. */
  get welcome(): Down<'welcome'> | undefined {
    return this.#welcome;
  }

  on<Name extends keyof ClientEvents>(
    event: Name,
    listener: (value: ClientEvents[Name]) => void,
  ): Unsubscribe {
    return this.#listeners.on(event, listener);
  }

  /** Resolves when the session is online, at once where it is. Rejects where it is closed. */
  ready(): Promise<void> {
    if (this.state === 'online') return Promise.resolve();
    if (this.state === 'closed') return Promise.reject(new UsherError('closed'));
    return new Promise((resolve, reject) => {
      const stop = this.#listeners.on('state', (state) => {
        if (state !== 'online' && state !== 'closed') return;
        stop();
        if (state === 'online') resolve();
        else reject(new UsherError('closed'));
      });
    });
  }

  /** The server's time now, in milliseconds since 1970. */
  serverNow(): Millis {
    return this.clock.serverNow();
  }

  /** Milliseconds until a deadline of the server's, never negative. */
  remainingMs(deadlineMs: Millis): number {
    return this.clock.remainingMs(deadlineMs);
  }

  cities(): Promise<Down<'citiesFound'>> {
    return this.#ask({ type: 'cities' }, 'citiesFound');
  }

  movies(filters: MovieFilters): Promise<Down<'moviesFound'>> {
    const { city, language = null, genre = null, date = null, text = null } = filters;
    return this.#ask({ type: 'movies', city, language, genre, date, text }, 'moviesFound');
  }

  shows(filters: ShowFilters): Promise<Down<'showsFound'>> {
    const { city, movie, date = null } = filters;
    return this.#ask({ type: 'shows', city, movie, date }, 'showsFound');
  }

  /** A show's static facts and its layout; its live state comes by `watch`. */
  async show(show: ShowId): Promise<Down<'showFound'> | Rejected> {
    const answer = await this.#ask({ type: 'show', show }, 'showFound', 'rejected');
    if (answer.type === 'showFound') this.#watches.learn(answer.details);
    return answer;
  }

  /**
   * A show's live seats, kept up to date until `unwatch`, over reconnects too. Throws an
   * UsherError where this client watches too many shows.
   */
  watch(show: ShowId): LiveShow {
    return this.#watches.watch(show);
  }

  /** Holds exactly these seats or none [H1]. */
  hold(show: ShowId, seats: readonly number[]): Promise<Down<'held'> | Rejected> {
    return this.#ask({ type: 'hold', show, seats }, 'held', 'rejected');
  }

  /**
   * Holds the best `count` seats side by side, of one price tier where asked [H8]. With `split`,
   * rows behind each other will do where no row has so many.
   */
  holdBest(
    show: ShowId,
    count: number,
    options: { readonly tier?: number | null; readonly split?: boolean } = {},
  ): Promise<Down<'held'> | Rejected> {
    const { tier = null, split = null } = options;
    return this.#ask({ type: 'holdBest', show, count, tier, split }, 'held', 'rejected');
  }

  /** Gives a hold exactly these seats; its deadline stays [H5]. */
  change(show: ShowId, hold: HoldId, seats: readonly number[]): Promise<Down<'held'> | Rejected> {
    return this.#ask({ type: 'change', show, hold, seats }, 'held', 'rejected');
  }

  release(show: ShowId, hold: HoldId): Promise<Down<'released'> | Rejected> {
    return this.#ask({ type: 'release', show, hold }, 'released', 'rejected');
  }

  /** Joins a show's line with a party of this size [W1]. */
  wait(show: ShowId, party: number): Promise<Down<'waiting'> | Rejected> {
    return this.#ask({ type: 'wait', show, party }, 'waiting', 'rejected');
  }

  /** Leaves the line, or declines an open offer [W6]. */
  leave(show: ShowId): Promise<Down<'left'> | Rejected> {
    return this.#ask({ type: 'leave', show }, 'left', 'rejected');
  }

  book(show: ShowId, hold: HoldId): Promise<Down<'booked'> | Rejected> {
    return this.#ask({ type: 'book', show, hold }, 'booked', 'rejected');
  }

  /** Begins to pay for a hold; where to pay comes by `paymentReady`, and in `mine` [P1]. */
  pay(show: ShowId, hold: HoldId): Promise<Down<'paying'> | Rejected> {
    return this.#ask({ type: 'pay', show, hold }, 'paying', 'rejected');
  }

  /** Where this user is told of bookings, by mail and message; null takes an address back. */
  contact(contact: Contact): Promise<Down<'contactKept'>> {
    const { email = null, phone = null, language = null } = contact;
    return this.#ask({ type: 'contact', email, phone, language }, 'contactKept');
  }

  /** Cancels these bookings of one show, all or none [B2]. */
  cancel(show: ShowId, bookings: readonly BookingRef[]): Promise<Down<'cancelled'> | Rejected> {
    return this.#ask({ type: 'cancel', show, bookings }, 'cancelled', 'rejected');
  }

  /** Cancels bookings of several shows; each show's part stands alone and never rejects. */
  cancelMany(
    parts: readonly { readonly show: ShowId; readonly bookings: readonly BookingRef[] }[],
  ): Promise<readonly CancelOutcome[]> {
    return Promise.all(
      parts.map(async ({ show, bookings }): Promise<CancelOutcome> => {
        try {
          return { show, outcome: await this.cancel(show, bookings) };
        } catch (error) {
          if (error instanceof UsherError) return { show, outcome: error };
          throw error;
        }
      }),
    );
  }

  /** Everything this session has, in all shows, asked anew. */
  mine(): Promise<Down<'mineFound'>> {
    return this.#mine.ask();
  }

  /** What this session has in a show, from memory. */
  mineOf(show: ShowId): MineShow {
    return this.#mine.of(show);
  }

  /** Everything this session has, from memory; complete after `mine` or a reconnect. */
  mineShows(): readonly MineShow[] {
    return this.#mine.all();
  }

  /** A booking's tickets with their signed codes [B1]. */
  tickets(show: ShowId, booking: BookingRef): Promise<Down<'ticketsFound'> | Rejected> {
    return this.#ask({ type: 'tickets', show, booking }, 'ticketsFound', 'rejected');
  }

  ping(): Promise<Down<'pong'>> {
    return this.#ask({ type: 'ping' }, 'pong');
  }

  /** Ends the session's connection and all timers; requests under way fail with `closed`. */
  close(): void {
    this.#heartbeat.stop();
    this.#mine.close();
    this.#connection.close();
    this.#requests.close();
    this.#listeners.clear();
  }

  #ask<Name extends UpMessage['type'], Reply extends Answer['type']>(
    message: { readonly type: Name } & Named<Name>,
    ...answers: readonly Reply[]
  ): Promise<Down<Reply>> {
    const named = { ...message, requestId: this.#nextId() } as unknown as UpMessage;
    return this.#requests.ask(named, ...answers);
  }

  #greeted(welcome: Down<'welcome'>, resumed: boolean): void {
    this.#welcome = welcome;
    this.#requests.resumed();
    this.#watches.resumed();
    this.#heartbeat.start();
    if (resumed) this.#mine.refresh();
  }

  #dropped(): void {
    this.#heartbeat.stop();
    this.#requests.dropped();
    this.#watches.dropped();
  }

  #received(message: DownMessage): void {
    if (message.type === 'error') {
      if (message.reason === 'rateLimited') this.#connection.slowDown();
      this.#requests.refused(message);
      return;
    }
    if (message.type === 'pong' && this.#heartbeat.pong(message)) return;
    if (message.type === 'mineChanged') {
      this.#mine.refresh();
      return;
    }
    this.#mine.apply(message);
    if ('requestId' in message) {
      if (this.#requests.answered(message)) this.#mine.refresh();
      return;
    }
    this.#watches.pushed(message);
    if (isOwnNews(message)) this.#listeners.emit(message.type, message as never);
  }
}
