/** Proves that a failing message gets short, and stays one that fails. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shrink } from './shrink.ts';

describe('a failing message', () => {
  it('is made as short as what makes it fail', async () => {
    const hasAll = (wanted: readonly number[]) => (bytes: Buffer) =>
      Promise.resolve(wanted.every((byte) => bytes.includes(byte)));
    const culprits = fc.uniqueArray(fc.nat(255), { minLength: 1, maxLength: 3 });
    const around = fc.uint8Array({ maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(culprits, around, around, async (wanted, before, after) => {
        const bytes = Buffer.from([...before, ...wanted, ...after]);
        const short = await shrink(bytes, hasAll(wanted));
        expect([...short].sort()).toEqual([...wanted].sort());
      }),
    );
  });

  it('stays as it is where every byte matters, and is asked about a few hundred times', async () => {
    const bytes = Buffer.alloc(2_048, 7);
    let asked = 0;
    const short = await shrink(bytes, (each) => {
      asked++;
      return Promise.resolve(each.length === bytes.length);
    });
    expect(short).toEqual(bytes);
    expect(asked).toBeLessThanOrEqual(400);
  });
});
