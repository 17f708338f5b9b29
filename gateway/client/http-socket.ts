/**
 * A socket made of plain HTTP requests, for networks that break WebSockets: the same messages,
 * sent by POST, with long polling for what is pushed. To the rest of the SDK it is a socket; it
 * closes where a request fails or news were missed, and what follows is what follows every lost
 * connection: a greeting, a new snapshot, unanswered requests sent again by their ids.
 */
import { NewsOrder } from './news-order.ts';
import type { SocketClass, SocketLike } from './socket.ts';

/** Messages in one request; the server takes no more. */
const MESSAGES_AT_ONCE = 32;
const POLL_WAIT_S = 25;
/** Longer than the server takes over anything. */
const REQUEST_TIMEOUT_MS = 20_000;
const POLL_TIMEOUT_MS = (POLL_WAIT_S + 10) * 1_000;

/** How many news came before each answer of a request. */
const NEWS_HEADER = 'usher-news';

interface Listeners {
  open: (() => void)[];
  error: (() => void)[];
  close: (() => void)[];
  message: ((event: { readonly data: unknown }) => void)[];
}

interface Hello {
  readonly requestId: string;
  readonly token?: string | null;
}

type Json = Readonly<Record<string, unknown>>;

export class HttpSocket implements SocketLike {
  binaryType = 'arraybuffer';
  readonly #base: string;
  readonly #listeners: Listeners = { open: [], error: [], close: [], message: [] };
  readonly #abort = new AbortController();
  readonly #queue: string[] = [];
  readonly #order = new NewsOrder<Json>((message) => this.#hear(message));
  #headers: Record<string, string> | undefined;
  #isSending = false;
  #isClosed = false;

  /** `url` is the WebSocket's, e.g. `wss://tickets.example/ws`. */
  constructor(url: string) {
    const base = new URL('./api/v1/', url);
    base.protocol = base.protocol === 'wss:' ? 'https:' : 'http:';
    base.search = '';
    this.#base = base.href;
    queueMicrotask(() => {
      if (!this.#isClosed) for (const listener of this.#listeners.open) listener();
    });
  }

  addEventListener<Type extends keyof Listeners>(
    type: Type,
    listener: Listeners[Type][number],
  ): void {
    (this.#listeners[type] as Listeners[Type][number][]).push(listener);
  }

  send(data: Uint8Array<ArrayBuffer> | string): void {
    if (this.#isClosed || typeof data !== 'string') return;
    this.#queue.push(data);
    if (!this.#isSending) void this.#sendAll();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#abort.abort();
    for (const listener of this.#listeners.close) listener();
  }

  /** One request at a time, so that what is sent is decided in that order [F1]. */
  async #sendAll(): Promise<void> {
    this.#isSending = true;
    try {
      while (this.#queue.length > 0 && !this.#isClosed) {
        if (this.#headers === undefined) await this.#greet(this.#queue.shift() ?? '');
        else await this.#sendSome(this.#queue.splice(0, MESSAGES_AT_ONCE), this.#headers);
      }
    } catch {
      this.close();
    } finally {
      this.#isSending = false;
    }
  }

  /** The first message is the hello. */
  async #greet(text: string): Promise<void> {
    const hello = JSON.parse(text) as Hello;
    const body = JSON.stringify({ token: hello.token ?? null });
    const { json: answer } = await this.#ask(
      'session',
      { method: 'POST', body },
      REQUEST_TIMEOUT_MS,
    );
    const { line, ...welcome } = answer as Json;
    if (welcome.type !== 'welcome') throw new Error('no welcome');
    this.#headers = {
      authorization: `Bearer ${String(welcome.token)}`,
      'usher-line': String(line),
    };
    this.#hear({ ...welcome, requestId: hello.requestId });
    void this.#pollAll(this.#headers);
  }

  async #sendSome(texts: readonly string[], headers: Record<string, string>): Promise<void> {
    const body = `[${texts.join(',')}]`;
    const request = { method: 'POST', body, headers };
    this.#order.sent();
    const { json: answers, news } = await this.#ask('commands', request, REQUEST_TIMEOUT_MS);
    if (!Array.isArray(answers)) throw new Error('no answers');
    this.#order.answered(answers as Json[], (news ?? '').split(',').map(Number));
  }

  async #pollAll(headers: Record<string, string>): Promise<void> {
    try {
      let since = 0;
      while (!this.#isClosed) {
        const path = `changes?since=${since}&wait=${POLL_WAIT_S}`;
        const { json } = await this.#ask(path, { headers }, POLL_TIMEOUT_MS);
        const { next, resync, messages } = json as Json;
        if (resync === true || typeof next !== 'number' || !Array.isArray(messages)) break;
        since = next;
        this.#order.polled(messages as Json[]);
      }
    } catch {
      // The line is lost.
    }
    this.close();
  }

  async #ask(
    path: string,
    request: { method?: string; body?: string; headers?: Record<string, string> },
    timeoutMs: number,
  ): Promise<{ readonly json: unknown; readonly news: string | null }> {
    const late = AbortSignal.timeout(timeoutMs);
    const abort = () => this.#abort.abort();
    late.addEventListener('abort', abort);
    try {
      const type = request.body === undefined ? {} : { 'content-type': 'application/json' };
      const response = await fetch(this.#base + path, {
        ...request,
        headers: { ...request.headers, ...type },
        signal: this.#abort.signal,
        cache: 'no-store',
        credentials: 'omit',
      });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      return { json: await response.json(), news: response.headers.get(NEWS_HEADER) };
    } finally {
      late.removeEventListener('abort', abort);
    }
  }

  #hear(message: Json): void {
    if (this.#isClosed) return;
    const event = { data: JSON.stringify(message) };
    for (const listener of this.#listeners.message) listener(event);
  }
}

/** For `connect({ WebSocket })` where only HTTP is wanted from the start. */
export const httpSocketClass: SocketClass = HttpSocket;
