/** The gateway's plain HTTP: pages, health, metrics, the key that tickets are checked with. */
import type { HttpResponse, TemplatedApp } from 'uWebSockets.js';
import type { StaticFile } from './static-files.ts';

export interface HttpSettings {
  readonly files: ReadonlyMap<string, StaticFile>;
  /** Why not every show can be served, for the operator; undefined where it can. */
  readonly notReady: () => string | undefined;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  readonly ticketKeyPem: string;
  /** A thread's sockets must all be closed before it ends, so it keeps none open in idleness. */
  readonly closeAfterAnswer: boolean;
}

/** Only our own origin, nothing inline: also a page that was tampered with calls nobody else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function addHttpRoutes(app: TemplatedApp, settings: HttpSettings): void {
  addReads(app, settings, false);
  addReads(app, settings, true);
  app.any('/*', (response) => {
    const text = 'Only GET and HEAD are served here.\n';
    response.writeStatus('405 Method Not Allowed').writeHeader('allow', 'GET, HEAD');
    finish(response, 'text/plain', text, { headOnly: false, close: settings.closeAfterAnswer });
  });
}

/** What is read by GET, or by HEAD: the same answers without their bodies. */
function addReads(app: TemplatedApp, settings: HttpSettings, headOnly: boolean): void {
  const way: Way = { headOnly, close: settings.closeAfterAnswer };
  const on = headOnly ? app.head.bind(app) : app.get.bind(app);
  on('/healthz', (response) => {
    answer(response, '200 OK', 'text/plain', 'ok\n', way);
  });
  on('/readyz', (response) => {
    const why = settings.notReady();
    const status = why === undefined ? '200 OK' : '503 Service Unavailable';
    const text = why === undefined ? 'ready\n' : `not ready: ${why}\n`;
    answer(response, status, 'text/plain', text, way);
  });
  on('/api/v1/ticket-key', (response) => {
    answer(response, '200 OK', 'application/x-pem-file', settings.ticketKeyPem, way);
  });
  on('/metrics', (response) => answerMetrics(response, settings, way));
  on('/*', (response, request) => {
    const url = request.getUrl();
    const file = settings.files.get(url);
    if (file !== undefined) return answerFile(response, file, way);
    const text =
      settings.files.size === 0
        ? 'The pages have not been built: run "npm run build".\n'
        : `There is nothing at ${url}.\n`;
    answer(response, '404 Not Found', 'text/plain; charset=utf-8', text, way);
  });
}

/** How an answer ends. */
interface Way {
  readonly headOnly: boolean;
  readonly close: boolean;
}

function answerMetrics(response: HttpResponse, settings: HttpSettings, way: Way): void {
  let aborted = false;
  response.onAborted(() => {
    aborted = true;
  });
  settings.metrics().then(
    (text) => {
      if (aborted) return;
      response.cork(() => {
        answer(response, '200 OK', 'text/plain; version=0.0.4; charset=utf-8', text, way);
      });
    },
    () => {
      if (!aborted) response.cork(() => response.writeStatus('500').end('no metrics\n'));
    },
  );
}

function answer(
  response: HttpResponse,
  status: string,
  type: string,
  body: string,
  way: Way,
): void {
  finish(response.writeStatus(status), type, body, way);
}

function finish(response: HttpResponse, type: string, body: string, way: Way): void {
  response
    .writeHeader('content-type', type)
    .writeHeader('cache-control', 'no-store')
    .writeHeader('x-content-type-options', 'nosniff');
  end(response, body, Buffer.byteLength(body), way);
}

/**
 * A body's length is told by hand, since the build of uWebSockets.js that loads here ends the
 * process when `endWithoutBody` is given one; nor can it close the connection then, and where
 * that matters most the length is not told.
 */
function end(response: HttpResponse, body: string | Uint8Array, bytes: number, way: Way): void {
  if (!way.headOnly) response.end(body, way.close);
  else if (way.close) response.end('', true);
  else response.writeHeader('content-length', String(bytes)).endWithoutBody();
}

function answerFile(response: HttpResponse, file: StaticFile, way: Way): void {
  const keep = file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache';
  response
    .writeStatus('200 OK')
    .writeHeader('content-type', file.type)
    .writeHeader('cache-control', keep)
    .writeHeader('content-security-policy', CONTENT_SECURITY_POLICY)
    .writeHeader('referrer-policy', 'no-referrer')
    .writeHeader('x-content-type-options', 'nosniff');
  end(response, file.bytes, file.bytes.byteLength, way);
}
