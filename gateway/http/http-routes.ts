/** The gateway's plain HTTP: pages, health, metrics, the key that tickets are checked with. */
import type { HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { type Answer, send, type Way } from './answer.ts';
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
    const { headers, body } = text(
      '405 Method Not Allowed',
      'Only GET and HEAD are served here.\n',
    );
    const refusal = { status: '405 Method Not Allowed', headers: [...headers, allowed], body };
    send(response, refusal, { headOnly: false, close: settings.closeAfterAnswer });
  });
}

const allowed = ['allow', 'GET, HEAD'] as const;

/** What is read by GET, or by HEAD: the same answers without their bodies. */
function addReads(app: TemplatedApp, settings: HttpSettings, headOnly: boolean): void {
  const way: Way = { headOnly, close: settings.closeAfterAnswer };
  const on = headOnly ? app.head.bind(app) : app.get.bind(app);
  on('/healthz', (response) => {
    send(response, text('200 OK', 'ok\n'), way);
  });
  on('/readyz', (response) => {
    const why = settings.notReady();
    const answer =
      why === undefined
        ? text('200 OK', 'ready\n')
        : text('503 Service Unavailable', `not ready: ${why}\n`);
    send(response, answer, way);
  });
  on('/api/v1/ticket-key', (response) => {
    send(response, text('200 OK', settings.ticketKeyPem, 'application/x-pem-file'), way);
  });
  on('/metrics', (response) => sendMetrics(response, settings, way));
  on('/*', (response, request) => {
    const url = request.getUrl();
    const file = settings.files.get(url);
    if (file !== undefined) return send(response, fileAnswer(file), way);
    const sentence =
      settings.files.size === 0
        ? 'The pages have not been built: run "npm run build".\n'
        : `There is nothing at ${url}.\n`;
    send(response, text('404 Not Found', sentence, 'text/plain; charset=utf-8'), way);
  });
}

function sendMetrics(response: HttpResponse, settings: HttpSettings, way: Way): void {
  let aborted = false;
  response.onAborted(() => {
    aborted = true;
  });
  const answer = (what: Answer) => {
    if (!aborted) response.cork(() => send(response, what, way));
  };
  settings.metrics().then(
    (metrics) => answer(text('200 OK', metrics, 'text/plain; version=0.0.4; charset=utf-8')),
    () => answer(text('500 Internal Server Error', 'no metrics\n')),
  );
}

function text(status: string, sentence: string, type = 'text/plain'): Answer {
  const headers = [
    ['content-type', type],
    ['cache-control', 'no-store'],
    ['x-content-type-options', 'nosniff'],
  ] as const;
  return { status, headers, body: Buffer.from(sentence) };
}

function fileAnswer(file: StaticFile): Answer {
  const keep = file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache';
  const headers = [
    ['content-type', file.type],
    ['cache-control', keep],
    ['content-security-policy', CONTENT_SECURITY_POLICY],
    ['referrer-policy', 'no-referrer'],
    ['x-content-type-options', 'nosniff'],
  ] as const;
  return { status: '200 OK', headers, body: file.bytes };
}
