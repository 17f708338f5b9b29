/**
 * The sockets' side of the HTTP API: reads a request to its end, within limits, hands it to
 * whoever answers it, and sends the answer no faster than it is read.
 */
import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { send } from './answer.ts';
import { type ApiAnswer, ApiProblem, type ApiRequest } from './api/route.ts';

export interface ApiRoutesSettings {
  readonly api: (request: ApiRequest) => Promise<ApiAnswer>;
  readonly closeAfterAnswer: boolean;
}

const PATHS = ['/api/v1/*', '/docs/*'] as const;
const MOST_BODY_BYTES = 4 * 1024 * 1024;
const MOST_AT_ONCE = 256;
const MOST_BYTES_AT_ONCE = 32 * 1024 * 1024;
const BODY_WITHIN_MS = 20_000;

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
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

export function addApiRoutes(app: TemplatedApp, settings: ApiRoutesSettings): void {
  const desk = new ApiDesk(settings);
  for (const path of PATHS) app.any(path, (response, request) => desk.take(response, request));
}

/** What is under way on one request. */
interface Visit {
  readonly response: HttpResponse;
  readonly headOnly: boolean;
  isGone: boolean;
}

class ApiDesk {
  readonly #settings: ApiRoutesSettings;
  #underWay = 0;
  #bytes = 0;

  constructor(settings: ApiRoutesSettings) {
    this.#settings = settings;
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
    if (!methods.has(method)) {
      return this.#refuse(visit, 405, 'methodNotAllowed', 'This method is not served.');
    }
    if (this.#underWay >= MOST_AT_ONCE || this.#bytes >= MOST_BYTES_AT_ONCE) {
      return this.#refuse(visit, 503, 'overloaded', 'Too busy just now; ask again in a moment.');
    }
    this.#underWay++;
    this.#readBody(visit, (body) => {
      const asked = { ...head, method: method as ApiRequest['method'], body };
      this.#settings.api(asked).then(
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
      if (bytes > MOST_BODY_BYTES) {
        end();
        giveUp();
        return this.#refuse(visit, 413, 'tooLarge', `A body has at most ${MOST_BODY_BYTES} bytes.`);
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
    const way = { headOnly: visit.headOnly, close: this.#settings.closeAfterAnswer };
    visit.response.cork(() => send(visit.response, whole, way));
  }
}

function problem({ status, code, message }: ApiProblem): ApiAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: Buffer.from(JSON.stringify({ type: 'about:blank', status, code, detail: message })),
  };
}

function fault(): ApiAnswer {
  return problem(new ApiProblem(500, 'fault', 'This is a fault of the server; ask again later.'));
}
