/**
 * Hundreds of thousands of spoilt messages straight into the readers of the wire: none throws,
 * none takes long, and what is accepted is within every limit.
 */
import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { limits } from '../../engine/limits.ts';
import { Writer } from '../../engine/msgpack/writer.ts';
import { Random } from '../../gateway/demo/random.ts';
import { up } from '../../gateway/wire/messages.ts';
import { peekCode, peekPartition } from '../../gateway/wire/peek.ts';
import { fromJson, toTuple } from '../../gateway/wire/positional.ts';
import { readFrequent, readUp } from '../../gateway/wire/read-up.ts';
import { Reader } from '../../gateway/wire/reader.ts';
import { fuzzMessage, type World } from './messages.ts';

const MESSAGES = Number(process.env.USHER_FUZZ_MESSAGES ?? 150_000);
/** Seconds on a quiet machine; many times that on a busy one. */
const LIMIT_MS = 120_000;
const world: World = { shows: ['metro-1-20300101-1000', 'metro-2'], seats: 300 };

function readAll(reader: Reader, bytes: Uint8Array) {
  reader.open(bytes);
  if (peekCode(reader) >= 0) {
    const partition = peekPartition(reader, bytes);
    expect(partition >= -1 && partition < limits.partitions).toBe(true);
  }
  reader.open(bytes);
  const frequent = readFrequent(reader);
  reader.open(bytes);
  const read = readUp(reader);
  if (frequent !== undefined) expect(frequent).toEqual(read);
  return read;
}

describe('the readers of the wire', () => {
  it('give a message or a coded fault for any MessagePack', { timeout: LIMIT_MS }, () => {
    const random = new Random(1);
    const reader = new Reader();
    let good = 0;
    for (let count = 0; count < MESSAGES; count++) {
      const { bytes } = fuzzMessage(random, 'msgpack', world);
      const read = readAll(reader, bytes);
      if (read.type !== 'fault') good++;
      else if (!/^(malformed|unknownMessage|invalidField)$/.test(read.reason) || read.text === '') {
        throw new Error(`a fault without a name: ${bytes.toString('hex')}`);
      }
    }
    // The fuzzer is of use only where it reaches both sides.
    expect(good).toBeGreaterThan(MESSAGES / 20);
    expect(good).toBeLessThan(MESSAGES / 2);
  });

  it('give a message or nothing for any JSON', { timeout: LIMIT_MS }, () => {
    const random = new Random(2);
    const reader = new Reader();
    const writer = new Writer();
    let good = 0;
    for (let count = 0; count < MESSAGES; count++) {
      const { bytes } = fuzzMessage(random, 'json', world);
      const message = fromJson(up, bytes.toString());
      if (message === undefined) continue;
      writer.rewind(0);
      writer.value(toTuple(up, message));
      if (readAll(reader, writer.since(0)).type !== 'fault') good++;
    }
    expect(good).toBeGreaterThan(MESSAGES / 20);
  });

  it('take no longer for the worst 2 KiB than a good client would notice', () => {
    const reader = new Reader();
    const bombs = [
      Buffer.alloc(2_048, 0x91),
      Buffer.alloc(2_048, 0x81),
      Buffer.concat([Buffer.of(0x93, 8), Buffer.alloc(2_046, 0xdd)]),
      Buffer.concat([
        Buffer.of(0x94, 8, 0xa1, 0x61, 0xa1, 0x61, 0xdc, 0x07, 0xf0),
        Buffer.alloc(2_030),
      ]),
      Buffer.alloc(2_048, 0xff),
    ];
    for (const bomb of bombs) {
      for (let warm = 0; warm < 100; warm++) readAll(reader, bomb);
      const startedMs = performance.now();
      for (let count = 0; count < 1_000; count++) readAll(reader, bomb);
      expect((performance.now() - startedMs) / 1_000).toBeLessThan(1);
    }
    const deep = `{"type":"hold","requestId":"a","show":"b","seats":${'['.repeat(1_000)}`;
    const closed = `${deep}${']'.repeat(1_000)}}`;
    const startedMs = performance.now();
    for (let count = 0; count < 1_000; count++) {
      fromJson(up, deep);
      fromJson(up, closed.slice(0, 2_048));
    }
    expect((performance.now() - startedMs) / 2_000).toBeLessThan(1);
  });
});
