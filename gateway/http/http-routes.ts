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
  const { closeAfterAnswer } = settings;
  app.get('/healthz', (response) => {
    answer(response, '200 OK', 'text/plain', 'ok\n', closeAfterAnswer);
  });
  app.get('/readyz', (response) => {
    const why = settings.notReady();
    const status = why === undefined ? '200 OK' : '503 Service Unavailable';
    const text = why === undefined ? 'ready\n' : `not ready: ${why}\n`;
    answer(response, status, 'text/plain', text, closeAfterAnswer);
  });
  app.get('/api/v1/ticket-key', (response) => {
    const type = 'application/x-pem-file';
    answer(response, '200 OK', type, settings.ticketKeyPem, closeAfterAnswer);
  });
  app.get('/metrics', (response) => {
    let aborted = false;
    response.onAborted(() => {
      aborted = true;
    });
    settings.metrics().then(
      (text) => {
        if (aborted) return;
        response.cork(() => {
          const type = 'text/plain; version=0.0.4; charset=utf-8';
          answer(response, '200 OK', type, text, closeAfterAnswer);
        });
      },
      () => {
        if (!aborted) response.cork(() => response.writeStatus('500').end('no metrics\n'));
      },
    );
  });
  app.get('/*', (response, request) => {
    const url = request.getUrl();
    const file = settings.files.get(url);
    if (file !== undefined) return answerFile(response, file, closeAfterAnswer);
    const text =
      settings.files.size === 0
        ? 'The pages have not been built: run "npm run build".\n'
        : `There is nothing at ${url}.\n`;
    answer(response, '404 Not Found', 'text/plain; charset=utf-8', text, closeAfterAnswer);
  });
  app.any('/*', (response) => {
    const text = 'Only GET is served here.\n';
    answer(response, '405 Method Not Allowed', 'text/plain', text, closeAfterAnswer);
  });
}

function answer(
  response: HttpResponse,
  status: string,
  type: string,
  body: string,
  close: boolean,
): void {
  response
    .writeStatus(status)
    .writeHeader('content-type', type)
    .writeHeader('cache-control', 'no-store')
    .writeHeader('x-content-type-options', 'nosniff')
    .end(body, close);
}

function answerFile(response: HttpResponse, file: StaticFile, close: boolean): void {
  const keep = file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache';
  response
    .writeStatus('200 OK')
    .writeHeader('content-type', file.type)
    .writeHeader('cache-control', keep)
    .writeHeader('content-security-policy', CONTENT_SECURITY_POLICY)
    .writeHeader('referrer-policy', 'no-referrer')
    .writeHeader('x-content-type-options', 'nosniff')
    .end(file.bytes, close);
}
