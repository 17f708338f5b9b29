/**
 * The sockets' side of the HTTP API: reads a request to its end, within limits, hands it to
 * whoever answers it, and sends the answer no faster than it is read.
 */
import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { send } from './answer.ts';
import { type ApiAnswer, ApiProblem, type ApiRequest } from './api/route.ts';

export interface ApiRoutesSettings {
  readonly api: (request: ApiRequest) => Promise<ApiAnswer>;
  /** What this gateway answers itself, however slow the others are just now. */
  readonly own: {
    readonly serves: (path: string) => boolean;
    readonly api: (request: ApiRequest) => Promise<ApiAnswer>;
  };
  readonly closeAfterAnswer: boolean;
}

const PATHS = ['/api/v1/*', '/docs/*'] as const;
const BODY_WITHIN_MS = 20_000;

interface DeskLimits {
  readonly bodyBytes: number;
  readonly atOnce: number;
  readonly bytesAtOnce: number;
}

const MIB = 1024 * 1024;
const officeLimits: DeskLimits = { bodyBytes: 4 * MIB, atOnce: 256, bytesAtOnce: 32 * MIB };
/** Long polls are under way most of the time. */
const ownLimits: DeskLimits = { bodyBytes: 65_536, atOnce: 25_000, bytesAtOnce: 16 * MIB };

const phrases: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export function addApiRoutes(app: TemplatedApp, settings: ApiRoutesSettings): void {
  const { api, own, closeAfterAnswer } = settings;
  const office = new ApiDesk(api, officeLimits, closeAfterAnswer);
  const ours = new ApiDesk(own.api, ownLimits, closeAfterAnswer);
  for (const path of PATHS) {
    app.any(path, (response, request) => {
      const desk = own.serves(request.getUrl()) ? ours : office;
      desk.take(response, request);
    });
  }
}

/** What is under way on one request. */
interface Visit {
  readonly response: HttpResponse;
  readonly headOnly: boolean;
  isGone: boolean;
}

class ApiDesk {
  readonly #api: ApiRoutesSettings['api'];
  readonly #limits: DeskLimits;
  readonly #closeAfterAnswer: boolean;
  #underWay = 0;
  #bytes = 0;

  constructor(api: ApiRoutesSettings['api'], limits: DeskLimits, closeAfterAnswer: boolean) {
    this.#api = api;
    this.#limits = limits;
    this.#closeAfterAnswer = closeAfterAnswer;
  }

  take(response: HttpResponse, request: HttpRequest): void {
    const method = request.getMethod().toUpperCase();
    const visit: Visit = { response, headOnly: method === 'HEAD', isGone: false };
    response.onAborted(() => {
      visit.isGone = true;
    });
    const address = Buffer.from(response.getRemoteAddressAsText()).toString();
    const headers: Record<string, string> = {};
    request.forEach((name, value) => {
      headers[name] = value;
    });
    const head = { path: request.getUrl(), query: request.getQuery() ?? '', headers, address };
    if (this.#underWay >= this.#limits.atOnce || this.#bytes >= this.#limits.bytesAtOnce) {
      return this.#refuse(visit, 503, 'overloaded', 'Too busy just now; ask again in a moment.');
    }
    this.#underWay++;
    this.#readBody(visit, (body) => {
      const asked = { ...head, method, body };
      this.#api(asked).then(
        (answer) => this.#answer(visit, answer, body.length),
        () => this.#answer(visit, fault(), body.length),
      );
    });
  }

  #readBody(visit: Visit, done: (body: Uint8Array) => void): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isOver = false;
    const end = (): void => {
      isOver = true;
      clearTimeout(late);
    };
    const giveUp = (): void => {
      this.#underWay--;
      this.#bytes -= bytes;
    };
    const late = setTimeout(() => {
      if (isOver) return;
      end();
      giveUp();
      if (!visit.isGone) visit.response.close();
    }, BODY_WITHIN_MS);
    visit.response.onAborted(() => {
      visit.isGone = true;
      if (isOver) return;
      end();
      giveUp();
    });
    visit.response.onData((chunk, isLast) => {
      if (isOver) return;
      bytes += chunk.byteLength;
      this.#bytes += chunk.byteLength;
      if (bytes > this.#limits.bodyBytes) {
        end();
        giveUp();
        const sentence = `A body has at most ${this.#limits.bodyBytes} bytes.`;
        return this.#refuse(visit, 413, 'tooLarge', sentence);
      }
      // The bytes are only there during this call.
      chunks.push(Buffer.from(new Uint8Array(chunk.slice(0))));
      if (!isLast) return;
      end();
      done(Buffer.concat(chunks));
    });
  }

  #answer(visit: Visit, answer: ApiAnswer, bytes: number): void {
    this.#underWay--;
    this.#bytes -= bytes;
    this.#send(visit, answer);
  }

  #refuse(visit: Visit, status: number, code: string, sentence: string): void {
    this.#send(visit, problem(new ApiProblem(status, code, sentence)));
  }

  #send(visit: Visit, { status, headers, body }: ApiAnswer): void {
    if (visit.isGone) return;
    const whole = {
      status: `${status} ${phrases[status] ?? 'Status'}`,
      headers: [
        ['x-content-type-options', 'nosniff'],
        ...Object.entries({ 'cache-control': 'no-store', ...headers }),
      ] as const,
      body,
    };
    const way = { headOnly: visit.headOnly, close: this.#closeAfterAnswer };
    visit.response.cork(() => send(visit.response, whole, way));
  }
}

function problem({ status, code, message }: ApiProblem): ApiAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...again(status) },
    body: Buffer.from(JSON.stringify({ type: 'about:blank', status, code, detail: message })),
  };
}

function again(status: number): Record<string, string> {
  return status === 503 ? { 'retry-after': '1' } : {};
}

function fault(): ApiAnswer {
  return problem(new ApiProblem(500, 'fault', 'This is a fault of the server; ask again later.'));
}
