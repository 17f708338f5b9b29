/**
 * A partner's shows live over a WebSocket. The socket does nothing but ask the partners' API for
 * what has changed, in the partner's name, and hand it on: one place decides who may see what,
 * and the same news come by long polling where a network lets no WebSocket through.
 *
 *   socket ─{"type":"hello","key"}─▶ pump ─GET /api/v1/partner/live?since─▶ API
 *          ◀─{"type":"shows",…}────── pump ◀────────── what has changed ─────┘
 *
 * The key comes in the first message or in the header Authorization, never in the address. A
 * reader that is slow is asked for again only once it has taken what was sent: it then gets the
 * newest state and misses none.
 */

import type { TemplatedApp, WebSocket } from 'uWebSockets.js';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiAnswer, ApiRequest } from '../http/api/route.ts';

const PATH = '/api/v1/partner/live';
const HELLO_WITHIN_MS = 10_000;
const WAIT_S = 20;
const AFTER_NEWS_MS = 500;
const AGAIN_MS = 1_000;
const MESSAGE_BYTES = 1_024;
const BACKPRESSURE_BYTES = 1_048_576;
const IDLE_SECONDS = 60;
const MOST_SOCKETS = 150;

/** Closed for good: a program that connects again with the same key is told the same. */
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;

interface LiveData {
  readonly address: string;
  readonly authorization: string | undefined;
  pump: Pump | undefined;
}

type LiveSocket = WebSocket<LiveData>;
type Api = (request: ApiRequest) => Promise<ApiAnswer>;

export function addPartnerLive(app: TemplatedApp, api: Api): void {
  let sockets = 0;
  app.ws<LiveData>(PATH, {
    maxPayloadLength: MESSAGE_BYTES,
    maxBackpressure: BACKPRESSURE_BYTES,
    closeOnBackpressureLimit: 1,
    idleTimeout: IDLE_SECONDS,
    sendPingsAutomatically: true,
    upgrade: (response, request, context) => {
      if (sockets >= MOST_SOCKETS) {
        response.writeStatus('503 Service Unavailable').writeHeader('retry-after', '5');
        response.end('Too many watch just now; try again in a moment.\n', true);
        return;
      }
      const header = request.getHeader('authorization');
      response.upgrade<LiveData>(
        {
          address: Buffer.from(response.getRemoteAddressAsText()).toString(),
          authorization: header === '' ? undefined : header,
          pump: undefined,
        },
        request.getHeader('sec-websocket-key'),
        '',
        request.getHeader('sec-websocket-extensions'),
        context,
      );
    },
    open: (socket) => {
      sockets++;
      const { address, authorization } = socket.getUserData();
      const pump = new Pump(socket, api, address);
      socket.getUserData().pump = pump;
      if (authorization !== undefined) pump.begin(authorization, 0);
    },
    message: (socket, message) => {
      socket.getUserData().pump?.hear(Buffer.from(message).toString());
    },
    drain: (socket) => socket.getUserData().pump?.drained(),
    close: (socket) => {
      sockets--;
      socket.getUserData().pump?.end();
    },
  });
}

class Pump {
  readonly #socket: LiveSocket;
  readonly #api: Api;
  readonly #address: string;
  readonly #late: ReturnType<typeof setTimeout>;
  #hasBegun = false;
  #isOver = false;
  #drained: (() => void) | undefined;

  constructor(socket: LiveSocket, api: Api, address: string) {
    this.#socket = socket;
    this.#api = api;
    this.#address = address;
    this.#late = setTimeout(() => {
      this.#refuse('helloMissing', 'Send {"type":"hello","key":"…"} first.');
    }, HELLO_WITHIN_MS);
  }

  hear(text: string): void {
    if (this.#isOver) return;
    const hello = helloIn(text);
    if (hello === undefined) {
      return this.#refuse('invalidMessage', 'Only {"type":"hello","key":"…","since":0} is taken.');
    }
    if (this.#hasBegun) return this.#refuse('greetedTwice', 'A socket says hello once.');
    this.begin(`Bearer ${hello.key}`, hello.since);
  }

  begin(authorization: string, since: number): void {
    this.#hasBegun = true;
    clearTimeout(this.#late);
    void this.#run(authorization, since);
  }

  drained(): void {
    this.#drained?.();
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#late);
    this.#drained?.();
  }

  async #run(authorization: string, from: number): Promise<void> {
    let since = from;
    while (!this.#isOver) {
      const { status, body } = await this.#ask(authorization, since);
      if (this.#isOver) return;
      const told = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;
      if (status === 503 || status === 429) {
        await pause(AGAIN_MS);
        continue;
      }
      if (status !== 200) return this.#refuse(String(told.code), String(told.detail));
      const isNews = Array.isArray(told.shows) && (told.shows.length > 0 || since === from);
      since = Number(told.since);
      if (!isNews) continue;
      this.#send({ type: 'shows', ...told });
      await this.#taken();
      // What comes close together comes at once.
      await pause(AFTER_NEWS_MS);
    }
  }

  #ask(authorization: string, since: number): Promise<ApiAnswer> {
    const request: ApiRequest = {
      method: 'GET',
      path: PATH,
      query: `since=${since}&wait=${WAIT_S}`,
      headers: { authorization },
      body: new Uint8Array(0),
      address: this.#address,
    };
    return this.#api(request).catch(() => ({ status: 503, headers: {}, body: Buffer.from('{}') }));
  }

  #taken(): Promise<void> {
    if (this.#isOver || this.#socket.getBufferedAmount() === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = () => {
        if (!this.#isOver && this.#socket.getBufferedAmount() > 0) return;
        this.#drained = undefined;
        resolve();
      };
    });
  }

  #send(message: object): void {
    if (!this.#isOver) this.#socket.send(JSON.stringify(message));
  }

  #refuse(code: string, text: string): void {
    if (this.#isOver) return;
    this.#send({ type: 'error', code, text });
    const isLate = code === 'rateLimited' || code === 'servicesUnavailable';
    this.#socket.end(isLate ? TRY_AGAIN_LATER : POLICY_VIOLATION, code);
  }
}

function helloIn(text: string): { readonly key: string; readonly since: number } | undefined {
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
    const { type, key, since = 0 } = value ?? {};
    const isHello = type === 'hello' && typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key);
    if (isHello && Number.isSafeInteger(since) && Number(since) >= 0) {
      return { key, since: Number(since) };
    }
  } catch {
    // Not JSON.
  }
  return undefined;
}
