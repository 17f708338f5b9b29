/**
 * Sends answers no faster than they are read, and no more of them than can be read. On one
 * connection any number of requests may come before a byte of the answers is taken, and an ended
 * answer is copied whole into the connection's buffer: sixty connections that asked for a page's
 * script over and over and never read made the server grow by a gigabyte a second. Here nothing
 * of a body is kept that the system does not take, and while an answer is on its way a further
 * request on the same connection closes it (uWebSockets does not queue requests).
 */
import type { HttpResponse } from 'uWebSockets.js';

/** What is sent; `body` is bytes, since its length is told. */
export interface Answer {
  /** e.g. `200 OK`. */
  readonly status: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** How it is sent. */
export interface Way {
  /** To a HEAD: the same headers and no body. */
  readonly headOnly: boolean;
  /** The client is asked to make a new connection for what else it wants. */
  readonly close: boolean;
}

export function send(response: HttpResponse, answer: Answer, way: Way): void {
  if (way.headOnly) return sendHead(response, answer);
  writeHead(response, answer);
  if (way.close) response.writeHeader('connection', 'close');
  if (answer.body.length === 0) {
    response.end();
    return;
  }
  const start = response.getWriteOffset();
  const [, sent] = response.tryEnd(answer.body, answer.body.length);
  if (sent) return;
  response.onAborted(() => undefined);
  response.onWritable((offset) => {
    const [taken] = response.tryEnd(answer.body.subarray(offset - start), answer.body.length);
    return taken;
  });
}

/**
 * Headers alone cannot be held back, so they are sent a moment later: a further request that has
 * come by then closes the connection. The length is told by hand, since the build of
 * uWebSockets.js that loads here never sees an answer as ended, and may end the process, where
 * `endWithoutBody` is told one.
 */
function sendHead(response: HttpResponse, answer: Answer): void {
  let aborted = false;
  response.onAborted(() => {
    aborted = true;
  });
  setImmediate(() => {
    if (aborted) return;
    response.cork(() => {
      writeHead(response, answer);
      response.writeHeader('content-length', String(answer.body.length));
      response.writeHeader('connection', 'close').endWithoutBody();
    });
  });
}

function writeHead(response: HttpResponse, { status, headers }: Answer): void {
  response.writeStatus(status);
  for (const [name, value] of headers) response.writeHeader(name, value);
}
