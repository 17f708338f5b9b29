/** Proves that a client reads whatever comes without failing, and only what its version knows. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonClientCodec, msgpackClientCodec } from '../../../gateway/wire/client-codec.ts';
import { down, up } from '../../../gateway/wire/messages.ts';
import { fromJson } from '../../../gateway/wire/positional.ts';
import { readUp } from '../../../gateway/wire/read-up.ts';
import { Reader } from '../../../gateway/wire/reader.ts';
import { upMessage } from './up-messages.ts';

describe('a client', () => {
  it('sends what the server reads, in both subprotocols', () => {
    fc.assert(
      fc.property(upMessage, (message) => {
        const reader = new Reader();
        reader.open(msgpackClientCodec.encode(message) as Uint8Array);
        expect(readUp(reader)).toEqual(message);
        expect(fromJson(up, jsonClientCodec.encode(message) as string)).toEqual(message);
      }),
    );
  });

  it('reads nothing out of any bytes but messages that it knows', () => {
    const frames = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(127), fc.uint8Array({ maxLength: 60 })).map(([code, rest]) => {
        return Uint8Array.of(0x95, code, ...rest);
      }),
      fc.string(),
      fc.json(),
      fc.anything(),
    );
    fc.assert(
      fc.property(frames, (frame) => {
        for (const codec of [msgpackClientCodec, jsonClientCodec]) {
          const message = codec.decode(frame);
          if (message !== undefined) expect(Object.keys(down)).toContain(message.type);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
