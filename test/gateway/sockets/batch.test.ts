/** Proves that what goes into a batch comes out of it, entry by entry, byte by byte. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seq, showId } from '../../../engine/ids.ts';
import { Reader } from '../../../gateway/wire/reader.ts';
import { BatchWriter, readBatch } from '../../../gateway/workers/batch.ts';
import { readChange, writeChange } from '../../../gateway/workers/change-entry.ts';

interface Entry {
  readonly kind: number;
  readonly connection: number;
  readonly bytes: Uint8Array;
}

const entry = fc.record({
  kind: fc.nat(255),
  connection: fc.nat(2 ** 32 - 1),
  bytes: fc.uint8Array({ maxLength: 300 }),
  inPlace: fc.boolean(),
});

function entriesOf(batch: Uint8Array): readonly Entry[] {
  const entries: Entry[] = [];
  readBatch(batch, (kind, connection, bytes, from, until) => {
    entries.push({ kind, connection, bytes: Uint8Array.from(bytes.subarray(from, until)) });
  });
  return entries;
}

describe('a batch', () => {
  it('comes back as it went in, whether an entry was copied or written in place', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (all) => {
        const writer = new BatchWriter();
        for (const { kind, connection, bytes, inPlace } of all) {
          if (!inPlace) {
            writer.add(kind, connection, bytes);
            continue;
          }
          const start = writer.begin(kind, connection);
          writer.writer.raw(bytes);
          writer.end(start);
        }
        expect(writer.count).toBe(all.length);
        const batch = writer.take();
        expect(writer.count).toBe(0);
        expect(batch.buffer.byteLength).toBe(batch.byteLength);
        const plain = all.map(({ kind, connection, bytes }) => ({ kind, connection, bytes }));
        expect(entriesOf(batch)).toEqual(plain);
        // As a part of a larger buffer it reads the same.
        const moved = new Uint8Array(batch.length + 7);
        moved.set(batch, 3);
        expect(entriesOf(moved.subarray(3, 3 + batch.length))).toEqual(plain);
      }),
    );
  });

  it('starts anew when it is taken', () => {
    const writer = new BatchWriter();
    writer.add(1, 2, Uint8Array.of(3));
    const first = writer.take();
    writer.add(4, 5, Uint8Array.of(6, 7));
    expect(entriesOf(writer.take())).toEqual([
      { kind: 4, connection: 5, bytes: Uint8Array.of(6, 7) },
    ]);
    expect(entriesOf(first)).toEqual([{ kind: 1, connection: 2, bytes: Uint8Array.of(3) }]);
    expect(entriesOf(writer.take())).toEqual([]);
  });
});

describe('a change on its way', () => {
  it('comes back as it went in', () => {
    const numbers = fc.array(fc.nat(400_003), { maxLength: 200 });
    const change = fc.record({
      fromSeq: fc.nat(),
      toSeq: fc.nat(),
      changes: numbers,
      serving: fc.nat(),
      waiting: fc.nat(),
      departed: numbers,
      phase: fc.constantFrom('scheduled', 'onSale', 'closed', 'cancelled', undefined),
    });
    fc.assert(
      fc.property(change, ({ fromSeq, toSeq, changes, serving, waiting, departed, phase }) => {
        const batch = new BatchWriter();
        const start = batch.begin(1, 0);
        const show = showId('s-1');
        const line = { serving, waiting, departed };
        const told = { fromSeq: seq(fromSeq), toSeq: seq(toSeq), changes, line, phase };
        writeChange(batch.writer, { type: 'changed', show, ...told });
        batch.end(start);
        const reader = new Reader();
        readBatch(batch.take(), (_, __, bytes, from, until) => reader.open(bytes, from, until));
        expect(readChange(reader)).toEqual({
          show,
          fromSeq,
          toSeq,
          changes,
          serving,
          waiting,
          departed,
          phase,
        });
        expect([reader.fault, reader.atEnd]).toEqual([undefined, true]);
      }),
    );
  });
});
