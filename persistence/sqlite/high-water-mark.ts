/**
 * The last durable frame of each partition, kept beside the log. SQLite cannot tell that a log
 * ends too early: one flipped bit in a `-wal` file makes it drop every later transaction and call
 * the rest sound. The mark can, since it says how far the log had been acknowledged [D4].
 *
 * It is written in place after each commit and not synced: it may lag behind the log, which is
 * harmless, and can only be ahead of it where the log has lost something.
 *
 *   a record, 64 bytes, little endian, at partition × 64:
 *   ┌──────────┬───────────┬───────┬────────────┬─────────┬──────────────────┐
 *   │ "UMRK"   │ partition │ LSN   │ chain value│ zeros   │ CRC-32 of 0 … 59 │
 *   │ 4        │ u32       │ f64   │ 32         │ 12      │ u32              │
 *   └──────────┴───────────┴───────┴────────────┴─────────┴──────────────────┘
 */
import { closeSync, constants, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { partitionCount } from '../heads.ts';

export interface Mark {
  readonly lsn: number;
  readonly hash: Uint8Array;
}

export interface FoundMarks {
  readonly marks: ReadonlyMap<number, Mark>;
  /** Partitions whose record is cut off or fails its checksum. */
  readonly damaged: readonly number[];
}

const recordBytes = 64;
const crcAt = 60;
const magic = 0x4b524d55;

/** What the file says, or undefined where there is none. */
export function readMarks(file: string): FoundMarks | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const marks = new Map<number, Mark>();
  const damaged: number[] = [];
  for (let partition = 0; partition < partitionCount; partition += 1) {
    const mark = readRecord(bytes, partition);
    if (mark === undefined) damaged.push(partition);
    else marks.set(partition, mark);
  }
  return { marks, damaged };
}

function readRecord(bytes: Buffer, partition: number): Mark | undefined {
  const record = bytes.subarray(partition * recordBytes, (partition + 1) * recordBytes);
  if (record.byteLength < recordBytes) return undefined;
  if (record.readUInt32LE(crcAt) !== crc32(record.subarray(0, crcAt))) return undefined;
  if (record.readUInt32LE(0) !== magic || record.readUInt32LE(4) !== partition) return undefined;
  return { lsn: record.readDoubleLE(8), hash: new Uint8Array(record.subarray(16, 48)) };
}

export class MarkFile {
  readonly #descriptor: number;
  readonly #image = Buffer.alloc(partitionCount * recordBytes);

  /** Starts the file anew from `marks`, which must hold every partition, and syncs it. */
  constructor(file: string, marks: ReadonlyMap<number, Mark>) {
    // Not emptied first: a crash between the two would leave nothing to compare with.
    this.#descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      this.write(marks);
      this.sync();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Rewrites the records of `marks` with one write, from the lowest to the highest. */
  write(marks: ReadonlyMap<number, Mark>): void {
    let first = partitionCount;
    let last = -1;
    for (const [partition, mark] of marks) {
      this.#encode(partition, mark);
      first = Math.min(first, partition);
      last = Math.max(last, partition);
    }
    if (last === -1) return;
    const offset = first * recordBytes;
    const length = (last - first + 1) * recordBytes;
    const written = writeSync(this.#descriptor, this.#image, offset, length, offset);
    if (written !== length) throw new Error(`only ${written} of ${length} bytes were written`);
  }

  sync(): void {
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #encode(partition: number, mark: Mark): void {
    const record = this.#image.subarray(partition * recordBytes, (partition + 1) * recordBytes);
    record.writeUInt32LE(magic, 0);
    record.writeUInt32LE(partition, 4);
    record.writeDoubleLE(mark.lsn, 8);
    record.set(mark.hash, 16);
    record.writeUInt32LE(crc32(record.subarray(0, crcAt)), crcAt);
  }
}
