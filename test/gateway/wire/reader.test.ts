/** Proves that the reader reads what encoders write, and that no bytes can make it misbehave. */
import * as fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { Reader } from '../../../gateway/wire/reader.ts';

const packr = new Packr({ useRecords: false });

function open(bytes: Uint8Array, from = 0, until = bytes.length): Reader {
  const reader = new Reader();
  reader.open(bytes, from, until);
  return reader;
}

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('numbers', () => {
  it('come back as any encoder writes them', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const reader = open(packr.pack(value));
        expect(reader.uint()).toBe(value);
        expect([reader.fault, reader.atEnd]).toEqual([undefined, true]);
      }),
    );
  });

  it('may stand in any width', () => {
    for (const hex of ['07', 'cc07', 'cd0007', 'ce00000007', 'cf0000000000000007']) {
      expect(open(bytes(hex)).uint()).toBe(7);
    }
    expect(open(bytes('cb401c000000000000')).uint()).toBe(7);
    expect(open(bytes('cf001fffffffffffff')).uint()).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('are refused below zero, between two, and beyond 2^53 − 1', () => {
    const wrong = ['ff', 'e0', 'd0ff', 'd2ffffffff', 'd3ffffffffffffffff', 'cb3ff8000000000000'];
    const large = ['cf0020000000000000', 'cfffffffffffffffff', 'cb7ff0000000000000', 'ca00000000'];
    for (const hex of [...wrong, ...large, 'cb7ff8000000000000', 'c0', 'c1', 'a137', '9107']) {
      const reader = open(bytes(hex));
      reader.uint();
      expect(reader.fault, hex).toBeDefined();
    }
  });
});

describe('texts', () => {
  it('come back in every script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const reader = open(packr.pack(text));
        expect(reader.text(0, 1_000)).toBe(text);
        expect([reader.fault, reader.atEnd]).toEqual([undefined, true]);
      }),
    );
  });

  it('are measured in bytes', () => {
    for (const text of ['abc', 'äb', '€']) {
      expect(open(packr.pack(text)).text(3, 3)).toBe(text);
      for (const [least, most] of [
        [4, 9],
        [0, 2],
      ] as const) {
        const reader = open(packr.pack(text));
        expect(reader.text(least, most)).toBe('');
        expect(reader.fault).toContain(`${least} to ${most} bytes`);
      }
    }
  });

  it('are refused where they are no UTF-8', () => {
    for (const hex of ['a1ff', 'a2c080', 'a3eda080', 'a2e282', 'a480808080', 'a361ff62']) {
      const reader = open(bytes(hex));
      expect(reader.text(0, 9)).toBe('');
      expect(reader.fault).toBe('expected UTF-8');
    }
  });
});

describe('arrays and nils', () => {
  it('give their length up to the most allowed', () => {
    for (const length of [0, 1, 15, 16, 300, 70_000]) {
      const packed = packr.pack(new Array(length).fill(0));
      expect(open(packed).array(length)).toBe(length);
      if (length === 0) continue;
      const reader = open(packed);
      expect(reader.array(length - 1)).toBe(0);
      expect(reader.fault).toContain(`at most ${length - 1}`);
    }
  });

  it('takes a nil only where there is one', () => {
    const reader = open(bytes('c0 01'));
    expect([reader.nil(), reader.nil(), reader.uint(), reader.nil()]).toEqual([
      true,
      false,
      1,
      false,
    ]);
    expect(reader.fault).toBeUndefined();
    expect(open(bytes('c0'), 0, 0).nil()).toBe(false);
  });
});

describe('a window of a larger buffer', () => {
  it('is never left, whatever lies behind it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(40), (all, split) => {
        const until = Math.min(split, all.length);
        const alone = open(all.slice(0, until));
        const window = open(all, 0, until);
        for (const reader of [alone, window]) {
          reader.array(9);
          reader.uint();
          reader.text(0, 40);
        }
        expect([window.fault, window.offset]).toEqual([alone.fault, alone.offset]);
      }),
    );
  });

  it('is read where it begins, also in a view of a buffer', () => {
    const whole = Buffer.concat([bytes('ff ff ff'), packr.pack([1.5e10, 'x', 70_000])]);
    for (const [view, from] of [
      [whole, 3],
      [whole.subarray(2), 1],
      [new Uint8Array(whole).subarray(3), 0],
    ] as const) {
      const reader = open(view, from);
      expect([reader.array(3), reader.uint(), reader.text(1, 1), reader.uint()]).toEqual([
        3,
        1.5e10,
        'x',
        70_000,
      ]);
      expect(reader.fault).toBeUndefined();
    }
  });
});

describe('any bytes at all', () => {
  const questions = fc.array(
    fc.oneof(
      fc.constant((reader: Reader) => reader.uint()),
      fc.constant((reader: Reader) => reader.nil()),
      fc.constant((reader: Reader) => reader.textLength()),
      fc.nat(70_000).map((most) => (reader: Reader) => reader.array(most)),
      fc.nat(300).map((most) => (reader: Reader) => reader.text(0, most)),
      fc.nat(70_000).map((count) => (reader: Reader) => reader.skip(count)),
    ),
    { maxLength: 30 },
  );

  it('are answered without an exception, and the first fault stays', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), questions, (frame, asked) => {
        const reader = open(frame);
        let fault: string | undefined;
        let before = 0;
        for (const ask of asked) {
          const answer = ask(reader);
          if (typeof answer === 'number') expect(answer).toBeGreaterThanOrEqual(0);
          if (fault !== undefined) expect(reader.fault).toBe(fault);
          fault = reader.fault;
          expect(reader.offset).toBeGreaterThanOrEqual(before);
          expect(reader.offset).toBeLessThanOrEqual(frame.length);
          before = reader.offset;
          if (fault !== undefined) expect(reader.atEnd).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
