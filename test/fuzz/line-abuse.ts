/**
 * Abuse below the messages: bytes on a bare TCP line that are no WebSocket frames, no HTTP, or
 * both of it wrongly. Nothing here needs an answer; the server only has to live on, and to let go
 * of the line within its time.
 */
import { connect, type Socket } from 'node:net';
import type { Random } from '../../gateway/demo/random.ts';

const HOLD_MS = 200;

const upgrade = (extra = '', path = '/ws') =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${extra}\r\n`;

const mask = Buffer.of(1, 2, 3, 4);
const frame = (first: number, second: number, ...rest: Buffer[]) =>
  Buffer.concat([Buffer.of(first, second), ...rest]);

/** Sent after a right upgrade. */
const frames: readonly Buffer[] = [
  frame(0x82, 0x05, Buffer.from('plain')),
  frame(0xf2, 0x85, mask, Buffer.from('rsv..')),
  frame(0x80, 0x85, mask, Buffer.from('start')),
  frame(0x02, 0x85, mask, Buffer.from('begin')),
  Buffer.concat([frame(0x02, 0x81, mask, Buffer.of(9)), frame(0x81, 0x81, mask, Buffer.of(9))]),
  frame(0x89, 0xfe, Buffer.of(0x01, 0x00), mask, Buffer.alloc(256)),
  frame(0x09, 0x81, mask, Buffer.of(1)),
  frame(0x83, 0x80, mask),
  frame(0x8b, 0x80, mask),
  frame(0x88, 0x81, mask, Buffer.of(1)),
  frame(0x88, 0x82, mask, Buffer.of(0xff, 0xff)),
  frame(0x82, 0xff, Buffer.alloc(8, 0xff), mask),
  frame(0x82, 0xff, Buffer.from('0000000000010000', 'hex'), mask, Buffer.alloc(65_536)),
  frame(0x81, 0x84, mask, Buffer.of(0xff ^ 1, 0xfe ^ 2, 0x80 ^ 3, 0xc0 ^ 4)),
  Buffer.concat(Array.from({ length: 400 }, () => frame(0x89, 0x80, mask))),
];

/** Sent instead of anything right. */
const requests: readonly (string | Buffer)[] = [
  'GET / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
  `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
  `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  `GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(2_000)}\r\n`,
  'HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(20),
  'BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /assets/%00 HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET http://elsewhere/ HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nx',
  'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nx',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n',
  'GET / HTTP/9.9\r\nHost: a\r\n\r\n',
  '\r\n\r\n\r\n',
  Buffer.alloc(4_096),
  Buffer.alloc(4_096, 0xff),
  Buffer.from('16030100c8010000c40303', 'hex'),
  'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(200),
  'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5),
  upgrade('Sec-WebSocket-Protocol: nonsense\r\n'),
  upgrade(`Sec-WebSocket-Protocol: ${'usher.v1.json, '.repeat(400)}\r\n`),
  upgrade('Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99\r\n'),
  upgrade('', '/elsewhere'),
];

/** One abused line, from its opening to its end. */
export async function abuseLine(port: number, random: Random): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  socket.on('data', () => undefined);
  await new Promise<void>((resolve) => {
    socket.once('connect', () => resolve());
    socket.once('close', () => resolve());
  });
  const bytes = bytesOf(random);
  if (random.chance(0.3)) await drip(socket, bytes);
  else socket.write(bytes);
  await Promise.race([closed, new Promise((later) => setTimeout(later, HOLD_MS))]);
  if (random.chance(0.5)) socket.resetAndDestroy();
  else socket.destroy();
}

function bytesOf(random: Random): Buffer {
  if (random.chance(0.5)) return Buffer.from(random.pick(requests) ?? '');
  const rubbish = random.pick(frames) ?? Buffer.alloc(0);
  const offer = random.chance(0.5) ? 'Sec-WebSocket-Protocol: usher.v1.msgpack\r\n' : '';
  return Buffer.concat([Buffer.from(upgrade(offer)), rubbish]);
}

/** Byte by byte, as a slow line or a slowloris sends. */
async function drip(socket: Socket, bytes: Buffer): Promise<void> {
  for (const byte of bytes.subarray(0, 40)) {
    if (socket.destroyed) return;
    socket.write(Buffer.of(byte));
    await new Promise((later) => setTimeout(later, 2));
  }
}
