/** HTTP as bytes on a TCP line, for requests and readers that no HTTP client would be. */
import { connect, type Socket } from 'node:net';

export interface RawHttp {
  readonly socket: Socket;
  /** All that has come so far, a byte a character. */
  heard(): string;
  /** Resolves when the line is gone. */
  readonly closed: Promise<void>;
}

export async function openHttp(port: number): Promise<RawHttp> {
  const socket = connect({ port, host: '127.0.0.1' });
  const parts: Buffer[] = [];
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => parts.push(bytes));
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, heard: () => Buffer.concat(parts).toString('latin1'), closed };
}

/** Sends bytes on a line of their own and gives what is answered within a time. */
export async function answerTo(
  port: number,
  request: string | Buffer,
  limitMs: number,
): Promise<string> {
  const line = await openHttp(port);
  line.socket.write(request);
  await Promise.race([line.closed, new Promise((later) => setTimeout(later, limitMs))]);
  line.socket.destroy();
  return line.heard();
}

/** The status of each answer in what was heard. */
export function statusesOf(heard: string): readonly number[] {
  return Array.from(heard.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => Number(status));
}
