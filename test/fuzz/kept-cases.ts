/** Messages that once did harm, or nearly: they are sent first, and each must get its answer. */
import type { WireErrorReason } from '../../gateway/wire/errors.ts';
import type { Protocol } from './messages.ts';

export interface KeptCase {
  readonly why: string;
  readonly protocol: Protocol;
  /** Sent one after the other on one connection. */
  readonly frames: readonly Buffer[];
  /** What the last of them is answered. */
  readonly reason: WireErrorReason;
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const json = (text: string) => Buffer.from(text);

export const keptCases: readonly KeptCase[] = [
  {
    why: 'a short message and then a long one overran the writer and ended the process',
    protocol: 'json',
    frames: [
      json('{"type":"ping","requestId":"a"}'),
      json(`{"type":"hello","requestId":"a","token":"${'x'.repeat(1_900)}"}`),
    ],
    reason: 'invalidField',
  },
  {
    why: 'a misspelt wish was taken for none, and seats of any tier were held',
    protocol: 'json',
    frames: [json('{"type":"holdBest","requestId":"a","show":"b","count":2,"teir":1}')],
    reason: 'invalidField',
  },
  {
    why: 'a field named like the prototype',
    protocol: 'json',
    frames: [json('{"type":"cities","requestId":"a","__proto__":{"admin":true}}')],
    reason: 'invalidField',
  },
  {
    why: 'an array that promises four thousand million elements',
    protocol: 'msgpack',
    frames: [hex('ddffffffff 08 a161 a162 91 01')],
    reason: 'malformed',
  },
  {
    why: 'seats that promise more than there are bytes',
    protocol: 'msgpack',
    frames: [hex('94 08 a161 a162 dcffff 01')],
    reason: 'invalidField',
  },
  {
    why: 'two kilobytes of arrays in arrays',
    protocol: 'msgpack',
    frames: [Buffer.alloc(2_048, 0x91)],
    reason: 'malformed',
  },
  {
    why: 'a text of wrong UTF-8 in a binary frame',
    protocol: 'msgpack',
    frames: [hex('92 01 a3eda080')],
    reason: 'invalidField',
  },
];
