/** Proves that the rows of users are a plain list of objects, whoever comes and is forgotten. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lsn, millis, requestId, seq, type UserId, userId } from '../../../../engine/ids.ts';
import { hashRequest } from '../../../../engine/show/users/request-rings.ts';
import { HOUSE, UNKNOWN, UserTable } from '../../../../engine/show/users/user-table.ts';

interface Model {
  readonly user: UserId;
  seats: number;
  offered: number;
  waitsFor: number;
  hold: number;
  booking: number;
  lastDecisionMs: number;
  requests: number[];
}

const fields = ['seats', 'offered', 'waitsFor', 'hold', 'booking'] as const;
const step = fc.oneof(
  fc.record({ do: fc.constant('come' as const), user: fc.nat(30) }),
  fc.record({ do: fc.constant('forget' as const), user: fc.nat(30) }),
  fc.record({ do: fc.constant('rotate' as const), user: fc.constant(0) }),
  fc.record({ do: fc.constant('ask' as const), user: fc.nat(30) }),
  fc.record({
    do: fc.constantFrom(...fields),
    user: fc.nat(30),
    to: fc.nat(64),
  }),
);

describe('the rows of users', () => {
  it('[H2] are what a list of objects would be', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new UserTable();
        let model: Model[] = [];
        steps.forEach((each, index) => {
          const user = userId(`user-${each.user}`);
          const known = model.find((one) => one.user === user);
          const row = table.find(user);
          expect(row !== UNKNOWN).toBe(known !== undefined);
          if (each.do === 'come') {
            if (known !== undefined) return;
            const timeMs = 1_000 * index;
            table.setLastDecisionMs(table.add(user), millis(timeMs + 999));
            model.push({ ...nothing(user), lastDecisionMs: timeMs });
          } else if (each.do === 'rotate') {
            table.rotate();
            model = [...model.slice(1), ...model.slice(0, 1)];
          } else if (known === undefined) return;
          else if (each.do === 'forget') {
            const isEmpty = known.offered + known.waitsFor + known.hold + known.booking === 0;
            expect(table.hasNothing(row)).toBe(isEmpty);
            if (!isEmpty) return;
            table.remove(row);
            model = model.filter((one) => one !== known);
          } else if (each.do === 'ask') {
            const hash = hashRequest(requestId(`${each.user} ${index}`));
            table.remember(row, hash, { seq: seq(index + 1), lsn: lsn(index + 2) });
            known.requests = [...known.requests, index + 1].slice(-32);
          } else {
            setField(table, row, each.do, each.to, known);
            known[each.do] = each.to;
          }
        });
        expect(Array.from(table.rows(), (row) => seen(table, row))).toEqual(model);
        expect(table.size).toBe(model.length);
        expect(table.first).toBe(model[0] === undefined ? UNKNOWN : table.find(model[0].user));
      }),
      { numRuns: 200 },
    );
  });

  it('[H7] the house has requests and nothing else, also where nobody has come', () => {
    const table = new UserTable();
    const hash = { ...hashRequest(requestId('block the box')) };
    expect([table.recall(HOUSE, hash), table.rememberedCount(HOUSE)]).toEqual([undefined, 0]);
    table.remember(HOUSE, hash, { seq: seq(3), lsn: lsn(9) });
    expect(table.recall(HOUSE, hash)).toEqual({ seq: 3, lsn: 9 });
    expect([...table.rows()]).toEqual([]);
    const row = table.add(userId('ann'));
    expect(table.recall(row, hash)).toBeUndefined();
    expect(table.recall(UNKNOWN, hash)).toBeUndefined();
    expect(table.recall(HOUSE, hash)).toEqual({ seq: 3, lsn: 9 });
  });
});

function nothing(user: UserId): Model {
  const none = { seats: 0, offered: 0, waitsFor: 0, hold: 0, booking: 0 };
  return { user, ...none, lastDecisionMs: 0, requests: [] };
}

function setField(
  table: UserTable,
  row: number,
  field: (typeof fields)[number],
  to: number,
  known: Model,
): void {
  if (field === 'seats') table.addSeats(row, to - known.seats);
  else if (field === 'offered') table.setOffered(row, to);
  else if (field === 'waitsFor') table.setWaitsFor(row, to);
  else if (field === 'hold') table.setNewestHold(row, to);
  else table.setNewestBooking(row, to);
}

function seen(table: UserTable, row: number): Model {
  expect(table.countedSeats(row)).toBe(table.seats(row) + table.offered(row) + table.waitsFor(row));
  return {
    user: table.user(row),
    seats: table.seats(row),
    offered: table.offered(row),
    waitsFor: table.waitsFor(row),
    hold: table.newestHold(row),
    booking: table.newestBooking(row),
    lastDecisionMs: table.lastDecisionMs(row),
    requests: Array.from(table.remembered(row), (entry) => entry[2] as number),
  };
}
