/** Changed messages need a new version: clients in the field go on speaking the old one. */
import { describe, expect, it } from 'vitest';
import { rejectionTable } from '../../../engine/show/rejections.ts';
import { wireErrors } from '../../../gateway/wire/errors.ts';
import {
  down,
  SUBPROTOCOL_JSON,
  SUBPROTOCOL_MSGPACK,
  up,
  WIRE_VERSION,
} from '../../../gateway/wire/messages.ts';
import { wireHash } from '../../../gateway/wire/wire-hash.ts';

/** The table's hash in each version there has been; a line here is never changed. */
const hashes: Readonly<Record<number, string>> = {
  1: '1-e88a85bb',
  2: '2-5797b8e7',
  3: '3-d9a096c1',
};

describe('the wire', () => {
  it('has the messages that its version has always had', () => {
    expect(wireHash, 'messages changed: add a version and its hash').toBe(hashes[WIRE_VERSION]);
    expect(WIRE_VERSION).toBe(Math.max(...Object.keys(hashes).map(Number)));
  });

  it('names its version in both subprotocols', () => {
    expect(SUBPROTOCOL_MSGPACK).toBe(`usher.v${WIRE_VERSION}.msgpack`);
    expect(SUBPROTOCOL_JSON).toBe(`usher.v${WIRE_VERSION}.json`);
  });

  it('has no code twice, and none that needs more than a byte', () => {
    const codes = [...Object.values(up), ...Object.values(down)].map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) {
      expect(code).toBeGreaterThanOrEqual(1);
      expect(code).toBeLessThanOrEqual(127);
    }
  });

  it('has no number for two reasons, among refusals and errors together', () => {
    const numbers = [...Object.values(rejectionTable), ...Object.values(wireErrors)];
    expect(new Set(numbers.map(({ code }) => code)).size).toBe(numbers.length);
  });
});
