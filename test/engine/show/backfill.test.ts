/**
 * A show that backfills: a later party may get what the head of the line cannot use, every
 * overtaking is in the log with its reason, and nobody is overtaken too often [W2].
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { millis } from '../../../engine/ids.ts';
import { Waitlist } from '../../../engine/show/waitlist/waitlist.ts';
import {
  decided,
  fullHouse,
  hour,
  minute,
  onSale,
  second,
  type TestShow,
} from '../../support/show-harness.ts';

/** Nobody's seats are left; each of `holders` lets go of one, two, … seats when asked. */
function soldOut(seats: number, terms = {}): TestShow & { free: (count: number) => void } {
  const show = onSale([seats], { waiting: 'backfill', seatsPerUser: 100, ...terms });
  const holds = Array.from({ length: seats }, (_, seat) => show.hold(`h${seat}`, [seat]));
  let next = 0;
  const free = (count: number) => {
    for (let left = count; left > 0; left--) {
      show.release(`h${next}`, holds[next] as never);
      next++;
    }
  };
  return Object.assign(show, { free });
}

/** Offers of the last decision with what is logged of an overtaking. */
function offersMade(show: TestShow): readonly unknown[] {
  return (show.decisions.at(-1)?.events ?? []).flatMap((event) =>
    event.type === 'offerMade' ? [[event.user, event.party, event.overtaking]] : [],
  );
}

describe('a line that backfills', () => {
  it('[W2] offers what the head cannot use to the first behind it that it suffices for', () => {
    const show = soldOut(8);
    show.wait('ann', 4);
    show.wait('bob', 3);
    show.wait('cid', 2);
    show.wait('dan', 1);
    show.free(1);
    expect(show.offers).toBe('dan 1');
    expect(offersMade(show)).toEqual([['dan', 1, { head: 1, headParty: 4, grantable: 1 }]]);
    show.free(2);
    expect(show.offers).toBe('dan 1, cid 2');
    expect(show.line).toBe('ann 4, bob 3');
  });

  it('[W2] the head comes first wherever it fits, and its offer overtakes nobody', () => {
    const show = soldOut(8);
    show.wait('ann', 2);
    show.wait('bob', 1);
    show.free(1);
    expect(show.offers).toBe('bob 1');
    show.free(2);
    expect(offersMade(show)).toEqual([['ann', 2, undefined]]);
  });

  it('[W2] [W3] serves the head and then, with what is left, those behind it in one decision', () => {
    const show = onSale([10], { waiting: 'backfill' });
    const all = show.hold('zoe', [0, 1, 2, 3, 4, 5, 6]);
    show.hold('yan', [7, 8, 9]);
    show.wait('ann', 4);
    show.wait('bob', 5);
    show.wait('cid', 2);
    show.wait('dan', 1);
    show.release('zoe', all);
    expect(offersMade(show)).toEqual([
      ['ann', 4, undefined],
      ['cid', 2, { head: 2, headParty: 5, grantable: 3 }],
      ['dan', 1, { head: 2, headParty: 5, grantable: 1 }],
    ]);
  });

  it('[W2] a party that fits when it joins is offered the seats that nobody else can use', () => {
    const show = soldOut(6);
    show.wait('ann', 4);
    show.free(2);
    expect(show.offers).toBe('');
    show.wait('bob', 3);
    show.wait('cid', 2);
    expect(show.said).toEqual(['waitJoined ticket 3 party 2', 'offerMade cid 2']);
    expect(show.line).toBe('ann 4, bob 3');
    expect(offersMade(show)).toEqual([['cid', 2, { head: 1, headParty: 4, grantable: 2 }]]);
  });

  it('[W2] a newcomer is still given nothing past the line', () => {
    const show = soldOut(6);
    show.wait('ann', 4);
    show.free(2);
    expect(show.refusal('bob', { type: 'hold', seats: [0] }).reason).toBe('waitInLine');
    const best = { type: 'holdBest', count: 1, tier: undefined } as const;
    expect(show.refusal('bob', best).reason).toBe('waitInLine');
  });

  it('[W2] a strict line, which is the default, offers nothing to those behind the head', () => {
    for (const terms of [
      {},
      { waiting: 'strict' as const },
      { waiting: 'strict' as const, overtakesPerParty: 5 },
    ]) {
      const show = onSale([6], terms);
      const zoe = show.hold('zoe', [0, 1]);
      show.hold('yan', [2, 3, 4, 5]);
      show.wait('ann', 4);
      show.wait('bob', 1);
      show.release('zoe', zoe);
      expect(show.offers).toBe('');
      expect(show.line).toBe('ann 4, bob 1');
    }
  });
});

describe('the bound of overtaking', () => {
  it('[W2] no party is overtaken by more than ten, the default', () => {
    const show = soldOut(14);
    show.wait('ann', 3);
    for (let each = 1; each <= 12; each++) show.wait(`p${each}`, 1);
    // Each single seat goes to a single person, who takes it at once, ten times.
    for (let each = 1; each <= 10; each++) {
      show.free(1);
      expect(show.offers).toBe(`p${each} 1`);
      show.hold(`p${each}`, [each - 1]);
    }
    show.free(1);
    expect(show.offers).toBe('');
    expect(show.line).toBe('ann 3, p11 1, p12 1');
    // From now on the line is strict until the head is served; then the next is the head.
    show.free(2);
    expect(show.offers).toBe('ann 3');
  });

  it('[W2] is the show’s own, and 0 means strict', () => {
    for (const most of [0, 1, 2]) {
      const show = soldOut(8, { overtakesPerParty: most });
      show.wait('ann', 8);
      for (const name of ['bob', 'cid', 'dan']) show.wait(name, 1);
      for (let each = 0; each < 3; each++) show.free(1);
      expect(show.offers.split(', ').filter((offer) => offer !== '')).toHaveLength(most);
    }
  });

  it('[W2] counts for each party those alone who passed it: the next head starts with its own', () => {
    const show = soldOut(8, { overtakesPerParty: 2 });
    show.wait('ann', 6);
    show.wait('bob', 1);
    show.wait('cid', 5);
    show.wait('dan', 1);
    show.wait('eve', 1);
    show.free(2);
    // Bob and Dan passed Ann, who may not be passed again; only Dan passed Cid.
    expect(show.offers).toBe('bob 1, dan 1');
    expect(show.line).toBe('ann 6, cid 5, eve 1');
    show.free(1);
    expect(show.offers).toBe('bob 1, dan 1');
    show.leave('ann');
    expect(show.offers).toBe('bob 1, dan 1, eve 1');
    expect(offersMade(show)).toEqual([['eve', 1, { head: 3, headParty: 5, grantable: 1 }]]);
  });

  it('[W2] forgets overtakers who stood before the next head', () => {
    const line = new Waitlist();
    const names = ['ann', 'bob', 'cid', 'dan'];
    names.forEach((name, index) => {
      line.join({
        user: name as never,
        ticket: (index + 1) as never,
        party: 1,
        untilMs: millis(1),
      });
    });
    line.serve('cid' as never);
    expect(line.overtakers).toEqual([3]);
    line.serve('ann' as never);
    expect(line.overtakers).toEqual([3]);
    line.remove('bob' as never);
    expect(line.overtakers).toEqual([]);
  });

  it('[W2] [D3] holds for every party of any line, counted from the log alone', () => {
    const party = fc.integer({ min: 1, max: 5 });
    const doing = fc.oneof(
      fc.record({ join: party }),
      fc.record({ free: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ leave: fc.nat(20) }),
      fc.record({ passMs: fc.constantFrom(minute, 2 * minute + 5 * second, hour) }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 }),
        fc.array(doing, { minLength: 10, maxLength: 60 }),
        (most, doings) => {
          const show = soldOut(40, { overtakesPerParty: most });
          let people = 0;
          for (const each of doings) {
            if ('join' in each) show.ask(`p${people++}`, { type: 'wait', party: each.join });
            else if ('free' in each) freeSome(show, each.free);
            else if ('leave' in each) show.ask(`p${each.leave}`, { type: 'leave' });
            else show.advance(each.passMs);
          }
          expect(worstOvertaken(show)).toBeLessThanOrEqual(most);
          expect(Buffer.compare(show.replay(), show.bytes)).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** The first holders who still hold let go. */
function freeSome(show: TestShow, count: number): void {
  const holds = [...show.show.holds.values()].slice(0, count);
  for (const { user, id } of holds) decided(show.ask(user, { type: 'release', hold: id }));
}

/** By how many later parties the most unlucky one was overtaken, from the events alone. */
function worstOvertaken(show: TestShow): number {
  const line: { user: string; overtaken: number }[] = [];
  let worst = 0;
  for (const { user, events } of show.decisions) {
    for (const event of events) {
      if (event.type === 'waitJoined') line.push({ user: user ?? '', overtaken: 0 });
      if (event.type !== 'offerMade' && event.type !== 'waitEnded') continue;
      const at = line.findIndex((waiter) => waiter.user === event.user);
      if (event.type === 'offerMade') {
        expect(event.overtaking !== undefined, 'every overtaking says so').toBe(at > 0);
        for (const passed of line.slice(0, at)) worst = Math.max(worst, ++passed.overtaken);
      }
      line.splice(at, 1);
    }
  }
  return worst;
}

describe('a long line that backfills', () => {
  it('[W2] finds the one who fits among a hundred thousand without walking the line', () => {
    const show = fullHouse(4, 1);
    show.audited = false;
    Object.assign(show.show.terms, { waiting: 'backfill', overtakesPerParty: 10 });
    for (let each = 0; each < 100_000; each++) {
      const user = `w${each}` as never;
      const party = each === 99_999 ? 1 : 2;
      show.ask(user, { type: 'wait', party });
    }
    expect(show.show.waitlist.size).toBe(100_000);
    // Every step of a walk would be a call of this; a jump makes none for those passed over.
    const walked = countWalked(show);
    show.zoe();
    expect(show.said.slice(-1)).toEqual(['offerMade w99999 1']);
    expect(walked()).toBeLessThan(10);
  });
});

/** Counts how many waiters are looked at by iterating over the line or one size of it. */
function countWalked(show: TestShow): () => number {
  let looked = 0;
  const { waitlist } = show.show;
  const counted = <Each>(source: () => IterableIterator<Each>) =>
    function* (): IterableIterator<Each> {
      for (const each of source()) {
        looked++;
        yield each;
      }
    };
  const inOrder = waitlist.inOrder.bind(waitlist);
  const ofSize = waitlist.ofSize.bind(waitlist);
  Object.assign(waitlist, {
    inOrder: counted(inOrder),
    ofSize: (party: number) => counted(() => ofSize(party))(),
  });
  return () => looked;
}
