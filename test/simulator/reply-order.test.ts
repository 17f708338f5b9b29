/** The simulator's own eye for the order of answers. */
import { describe, expect, it } from 'vitest';
import { ReplyOrder } from './reply-order.ts';

function answers(sent: readonly string[], answered: readonly string[]): readonly boolean[] {
  const order = new ReplyOrder();
  for (const request of sent) order.sent('s', request);
  return answered.map((request) => order.answered('s', request));
}

describe('[F1] the order of answers on one connection', () => {
  it('is that of the requests', () => {
    expect(answers(['a', 'b', 'c'], ['a', 'b', 'c'])).toEqual([true, true, true]);
    expect(answers(['a', 'b', 'c'], ['b', 'a', 'c'])).toEqual([true, false, true]);
  });

  it('may have gaps, where answers were lost', () => {
    expect(answers(['a', 'b', 'c'], ['c'])).toEqual([true]);
  });

  it('lets a request that was sent again be answered again', () => {
    expect(answers(['a', 'b', 'a'], ['a', 'b', 'a'])).toEqual([true, true, true]);
    expect(answers(['a', 'b', 'a'], ['b', 'a'])).toEqual([true, true]);
    expect(answers(['a', 'a', 'b'], ['b', 'a'])).toEqual([true, false]);
  });

  it('is each show’s own', () => {
    const order = new ReplyOrder();
    order.sent('s', 'a');
    order.sent('t', 'b');
    expect([order.answered('t', 'b'), order.answered('s', 'a')]).toEqual([true, true]);
  });
});
