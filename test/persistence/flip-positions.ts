/** Where to flip bits so that every kind of byte of a database or its `-wal` gets its share. */
import type { Random } from '../../gateway/demo/random.ts';

export const pageBytes = 8192;
const walHeaderBytes = 32;
export const walFrameBytes = 24 + pageBytes;

/** The header's fields, then of each page its header and some of the rest. */
export function databasePositions(bytes: Buffer, random: Random, eachPage: number): number[] {
  const positions = Array.from({ length: 100 }, (_, at) => at);
  // The schema is as long as the text of its tables, at the end of the first page.
  for (let count = 0; count < 30; count++) {
    positions.push(random.between(100, 120), random.between(pageBytes / 2, pageBytes - 1));
  }
  for (let page = 0; page < bytes.length; page += pageBytes) {
    // The page's own header and first pointers: where SQLite believes what it reads, and most so
    // in an index, by which settings are found or not.
    const headers = pageKind(bytes, page).startsWith('index') ? 8 * eachPage : eachPage;
    for (let count = 0; count < headers; count++) positions.push(page + random.between(0, 19));
    for (let count = 0; count < eachPage; count++) {
      positions.push(page + random.between(0, pageBytes - 1));
    }
  }
  return positions;
}

/** The file's header, and of some frames their header and their page. */
export function walPositions(bytes: Buffer, random: Random, frames: number): number[] {
  const positions = Array.from({ length: walHeaderBytes }, (_, at) => at);
  const count = Math.floor((bytes.length - walHeaderBytes) / walFrameBytes);
  for (let picked = 0; picked < frames; picked++) {
    const frame = walHeaderBytes + random.between(0, count - 1) * walFrameBytes;
    positions.push(frame + random.between(0, 23), frame + random.between(24, walFrameBytes - 1));
  }
  return positions;
}

/** A copy with one bit the other way. */
export function flipped(bytes: Buffer, at: number, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.between(0, 7));
  return copy;
}

/** What a page is, by its first byte; pages of overflow and of the free list are all `other`. */
export function pageKind(bytes: Buffer, at: number): string {
  const page = Math.floor(at / pageBytes) * pageBytes;
  if (page === 0) return at < 100 ? 'file header' : 'schema';
  const kinds: Readonly<Record<number, string>> = {
    2: 'index branch',
    5: 'table branch',
    10: 'index leaf',
    13: 'table leaf',
  };
  return kinds[bytes[page] ?? 0] ?? 'other';
}

/** Where to cut a file: at the end of each of its last `count` pieces, and within each. */
export function cuts(length: number, pieceBytes: number, count: number, random: Random): number[] {
  return Array.from({ length: count }, (_, index) => length - index * pieceBytes)
    .filter((at) => at > pieceBytes)
    .flatMap((at) => [at, at - random.between(1, pieceBytes - 1)]);
}
