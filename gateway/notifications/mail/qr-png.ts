/**
 * A QR code as a PNG picture: what mail programs show, which they do not do with SVG. One bit a
 * pixel, no filter, so that it is little more than the code itself.
 */
import { crc32, deflateSync } from 'node:zlib';
import encodeQR from 'qr';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** White modules around it that scanners ask for. */
const BORDER = 4;

export function qrPng(text: string, pixelsPerModule = 6): Buffer {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: BORDER });
  const size = modules.length * pixelsPerModule;
  const bytesPerRow = 1 + Math.ceil(size / 8);
  const rows = Buffer.alloc(bytesPerRow * size);
  for (let y = 0; y < size; y++) {
    const row = modules[Math.floor(y / pixelsPerModule)] ?? [];
    for (let x = 0; x < size; x++) {
      // A bit that is set is white.
      if (row[Math.floor(x / pixelsPerModule)] === true) continue;
      const at = y * bytesPerRow + 1 + (x >> 3);
      rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header[8] = 1;
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
