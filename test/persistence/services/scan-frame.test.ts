/** The quick look into a frame sees what the whole decoder sees, and refuses what it refuses. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDecision, type Tuple } from '../../../engine/shard/decision-codec.ts';
import { decodeEntries, FrameBody, type LogEntry } from '../../../engine/shard/partition-entry.ts';
import type { Decision } from '../../../engine/show/events.ts';
import { codec } from '../../../persistence/codec.ts';
import { findDecisions } from '../../../persistence/services/scan-frame.ts';
import { anyEntry, eventOf, eventTypes, frame } from './decision-arbitrary.ts';

const CODES = 25;
const all = Array.from({ length: 128 }, () => true);
const none = all.map(() => false);
const entries = fc.array(anyEntry, { minLength: 1, maxLength: 8 });

function bodyOf(entries: readonly LogEntry[]): Uint8Array {
  const body = new FrameBody();
  for (const entry of entries) {
    if (entry.type === 'decision') body.addDecision(entry.decision);
    else body.add(entry);
  }
  return body.take();
}

function found(body: Uint8Array, wanted: readonly boolean[]): readonly Decision[] {
  return findDecisions(body, wanted).map((bytes) => {
    return decodeDecision(codec.decode(bytes) as Tuple, frame);
  });
}

/** The code that the decoder knows an event by. */
function codeOf(type: string): number {
  const [event] = fc.sample(eventOf(type as (typeof eventTypes)[number]), { numRuns: 1, seed: 1 });
  if (event === undefined) throw new Error('no such event');
  const decision = decisionWith([event]);
  const [, tuple] = codec.decode(bodyOf([{ type: 'decision', decision }])) as [number, Tuple];
  return (tuple[4] as Tuple)[0] as number;
}

function decisionWith(events: Decision['events']): Decision {
  const [sample] = fc.sample(
    anyEntry.filter((entry) => entry.type === 'decision'),
    1,
  );
  if (sample?.type !== 'decision') throw new Error('no decision');
  return { ...sample.decision, events };
}

const codes = new Map(eventTypes.map((type) => [type, codeOf(type)]));

describe('a frame that is scanned', () => {
  it('[D3] gives the decisions that the whole decoder gives, those of the wanted kinds', () => {
    fc.assert(
      fc.property(entries, fc.uniqueArray(fc.nat(CODES)), (given, chosen) => {
        const body = bodyOf(given);
        const wanted = none.map((_, code) => chosen.includes(code));
        const decisions = decodeEntries(codec.decode(body), frame).flatMap((entry) => {
          return entry.type === 'decision' ? [entry.decision] : [];
        });
        const isWanted = ({ events }: Decision) =>
          events.some(({ type }) => wanted[codes.get(type) ?? 0] === true);
        expect(found(body, wanted)).toEqual(decisions.filter(isWanted));
        const withEvents = decisions.filter(({ events }) => events.length > 0);
        expect(found(body, all)).toEqual(withEvents);
      }),
      { numRuns: 400 },
    );
    expect(codes.size).toBe(24);
    expect(new Set(codes.values()).size).toBe(24);
  });

  it('[D4] is refused wherever it is cut off, whatever is wanted of it', () => {
    fc.assert(
      fc.property(entries, fc.boolean(), fc.array(fc.nat(1_000_000)), (given, isAny, cuts) => {
        const body = bodyOf(given);
        const few = Array.from({ length: Math.min(body.length, 60) }, (_, at) => at);
        const last = few.map((at) => body.length - 1 - at);
        for (const at of [...few, ...last, ...cuts.map((cut) => cut % body.length)]) {
          expect(() => findDecisions(body.subarray(0, at), isAny ? all : none)).toThrow(TypeError);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('[D4] is refused with bytes left over, and where it is of a later version', () => {
    fc.assert(
      fc.property(entries, fc.uint8Array({ minLength: 1, maxLength: 9 }), (given, more) => {
        const body = bodyOf(given);
        expect(() => findDecisions(Buffer.concat([body, more]), none)).toThrow(TypeError);
      }),
      { numRuns: 50 },
    );
    const later = codec.encode([2, [2, 1_900_000_000_000]]);
    expect(() => findDecisions(later, all)).toThrow(/frame version 2 is not known/);
    expect(() => findDecisions(codec.encode([1, [3, 0]]), all)).toThrow(/entry 3 is not known/);
  });

  it('[D4] never goes on for ever or far beyond the bytes, whatever they are', () => {
    fc.assert(
      fc.property(entries, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1 }), spoil),
      { numRuns: 300 },
    );
  });

  function spoil(given: readonly LogEntry[], flips: readonly (readonly [number, number])[]): void {
    const body = bodyOf(given);
    for (const [at, value] of flips) body[at % body.length] = value;
    let scanned: readonly Uint8Array[] = [];
    try {
      scanned = findDecisions(body, all);
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      return;
    }
    // What it takes for whole is whole: MessagePack's own reader finds the same ends.
    for (const bytes of scanned) expect(Array.isArray(codec.decode(bytes))).toBe(true);
  }
});
