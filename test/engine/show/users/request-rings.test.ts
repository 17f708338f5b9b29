/** Proves that rings of requests are plain lists of the latest ones, each owner's its own [H7]. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lsn, type RequestId, requestId, seq } from '../../../../engine/ids.ts';
import { limits } from '../../../../engine/limits.ts';
import { hashRequest, NO_RING, RequestRings } from '../../../../engine/show/users/request-rings.ts';

/** Short ids from few letters, and long ones: they differ in length only, or in one place. */
const id = fc.oneof(fc.stringMatching(/^[ab]{1,6}$/), fc.stringMatching(/^[!-~]{1,32}$/));
const step = fc.record({ owner: fc.nat(3), id: id.map(requestId), forget: fc.nat(40) });

class Owner {
  place = 0;
  state = NO_RING;
  model: { readonly id: RequestId; readonly seq: number; readonly lsn: number }[] = [];
}

const hashOf = (each: RequestId) => ({ ...hashRequest(each) });

describe('the rings of accepted requests', () => {
  it('[H7] each hold the latest of their owner, oldest first, and nobody else’s', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const rings = new RequestRings();
        const owners = [new Owner(), new Owner(), new Owner(), new Owner()];
        steps.forEach(({ owner: at, id: asked, forget }, index) => {
          const owner = owners[at] as Owner;
          if (forget === 0) {
            rings.drop(owner.place, owner.state);
            owners[at] = new Owner();
            return;
          }
          if (owner.model.some((each) => each.id === asked)) return;
          const decision = { seq: seq(index + 1), lsn: lsn(2 * index + 1) };
          owner.state = rings.add(owner.place, owner.state, hashOf(asked), decision);
          owner.place = rings.place;
          owner.model = [...owner.model, { id: asked, ...decision }].slice(
            -limits.rememberedRequests,
          );
          for (const { place, state, model } of owners) {
            expect(rings.size(state)).toBe(model.length);
            const entries = [...rings.entries(place, state)].map((entry) => [...entry]);
            expect(entries).toEqual(
              model.map((each) => {
                const { high, low } = hashOf(each.id);
                return [high, low, each.seq, each.lsn];
              }),
            );
            const newest = model.at(-1);
            const found = newest && rings.find(place, state, hashOf(newest.id));
            expect(found).toEqual(newest && { seq: newest.seq, lsn: newest.lsn });
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  it('[H7] what is forgotten is not found', () => {
    const rings = new RequestRings();
    let [place, state] = [0, NO_RING];
    const ids = Array.from({ length: 100 }, (_, index) => requestId(`r${index}`));
    ids.forEach((each, index) => {
      const decision = { seq: seq(index + 1), lsn: lsn(index + 1) };
      state = rings.add(place, state, hashOf(each), decision);
      place = rings.place;
    });
    const known = ids.map((each) => rings.find(place, state, hashOf(each))?.seq);
    const kept = ids.length - limits.rememberedRequests;
    expect(known).toEqual(ids.map((_, index) => (index < kept ? undefined : index + 1)));
  });

  it('[H7] ids that are much alike have different hashes', () => {
    const seen = new Map<string, string>();
    for (let index = 0; index < 200_000; index++) {
      for (const text of [index.toString(36), `r${index}`, `${index}-a`]) {
        const { high, low } = hashRequest(requestId(text));
        const key = `${high} ${low}`;
        const other = seen.get(key);
        expect(other === undefined || other === text, `${text} and ${other}`).toBe(true);
        seen.set(key, text);
      }
    }
    for (const half of ['high', 'low'] as const) {
      const halves = new Set<number>();
      for (let index = 0; index < 100_000; index++) {
        halves.add(hashRequest(requestId(`request-${index}`))[half]);
      }
      // By chance about one pair in 100,000 numbers of 32 bits is alike.
      expect(halves.size).toBeGreaterThan(99_900);
    }
  });
});
