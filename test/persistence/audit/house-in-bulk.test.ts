/** What the house does to many at once, or before its time, tampered with. */
import { beforeAll, describe, expect, it } from 'vitest';
import { millis, userId } from '../../../engine/ids.ts';
import type { LogRow } from '../../../persistence/audit/auditor.ts';
import { hour, minute, opening } from '../../support/show-harness.ts';
import {
  added,
  anEvening,
  BLOCKED,
  bookingsIn,
  byMallory,
  CANCELLED,
  CORNER,
  type Edit,
  field,
  foundIn,
  more,
  open,
  PRICE,
  replaced,
  SCHEDULED,
  SEATS_BOOKED,
  tell,
} from './paid-evening.ts';
import { codesOf, eventOf } from './tampered-log.ts';

let rows: readonly LogRow[] = [];

beforeAll(async () => {
  rows = await anEvening();
});

describe('[B3] what the house does in bulk', () => {
  it('names a block booked past those who wait, promised, taken, or not on sale', async () => {
    const shard = await open();
    const ann = await shard.hold('ann', [0, 1, 2, 3, 4, 5]);
    await shard.hold('bob', [6, 7, 8, 9, 10, 11]);
    await shard.hold('cid', [12, 13, 14, 15, 16]);
    await shard.accepted('dan', { type: 'wait', party: 6 });
    await tell(shard, { type: 'block', seats: [CORNER] });
    await shard.accepted('ann', { type: 'release', hold: ann });
    await tell(shard, { type: 'unblock', seats: [CORNER] });
    await tell(shard, { type: 'block', seats: [CORNER] });
    const log = shard.frames();
    expect(codesOf(log)).toEqual([]);
    const instead = (nth: number, seats: readonly number[]): Edit => {
      return replaced(BLOCKED, nth, () => {
        return [SEATS_BOOKED, 'S-000', 'eve', [...seats], seats.map(() => PRICE)];
      });
    };
    expect(foundIn(log, instead(0, [CORNER]))).toContain('overtaken');
    expect(foundIn(log, instead(1, [0, 1]))).toContain('seats-promised');
    expect(foundIn(log, instead(1, [6]))).toContain('seat-taken');
    expect(foundIn(log, instead(1, []))).toContain('no-seats');
    expect(foundIn(log, instead(1, [99]))).toContain('seat-unknown');
    const closed: Edit = (frames) => {
      instead(1, [CORNER])(frames);
      replaced(16, 0, () => [3])(frames);
    };
    expect(foundIn(log, closed)).toContain('show-not-on-sale');
  });

  it('names a price or a reference that is not right', () => {
    expect(foundIn(rows, more(SEATS_BOOKED, 0, 4).bind(undefined))).toContain('body-unreadable');
    expect(foundIn(rows, field(SEATS_BOOKED, 0, 4, [PRICE, PRICE, PRICE, 1]))).toContain(
      'price-wrong',
    );
    expect(foundIn(rows, field(SEATS_BOOKED, 0, 1, 'S-999'))).toContain('reference-wrong');
  });

  it('[B2] names a refund that is not the sum, or somebody else’s, late, or nobody’s', async () => {
    expect(foundIn(rows, more(CANCELLED, 0, 2))).toContain('refund-wrong');
    expect(foundIn(rows, field(CANCELLED, 0, 3, 'mallory'))).toContain('booking-not-theirs');
    const nobodys: Edit = (frames) => {
      eventOf(frames, CANCELLED, 0).event.splice(3);
    };
    expect(foundIn(rows, nobodys)).toContain('booking-not-theirs');
    const shard = await open();
    await tell(shard, { type: 'bookSeats', owner: userId('eve'), seats: [0] });
    await shard.advance(6 * hour - 1);
    await tell(shard, { type: 'cancelBookings', bookings: bookingsIn(shard.frames()) as never[] });
    await shard.advance(2);
    const log = shard.frames();
    expect(codesOf(log)).toEqual([]);
    const late: Edit = (frames) => {
      Object.assign(eventOf(frames, SCHEDULED).event[2] as object, { cancelsUntilMs: opening });
    };
    expect(foundIn(log, late)).toContain('cancelled-late');
  });
});

describe('[S3] a sale that the house opens or closes', () => {
  it('may open and close before its time, and nobody else may do that', async () => {
    const shard = await open({ onSaleAtMs: millis(opening + hour) });
    await tell(shard, { type: 'openSale' });
    await shard.hold('ann', [0]);
    await shard.advance(minute);
    await tell(shard, { type: 'closeSale' });
    await shard.advance(6 * minute);
    const log = shard.frames();
    expect(codesOf(log)).toEqual([]);
    const by = (code: number): Edit => {
      return (frames) => byMallory(frames, code);
    };
    expect(foundIn(log, by(2))).toContain('opened-early');
    expect(foundIn(log, by(3))).toContain('closed-early');
  });

  it('lets no hold expire, whose time has not come', async () => {
    const shard = await open();
    await shard.hold('ann', [0]);
    await tell(shard, { type: 'closeSale' });
    const log = shard.frames();
    expect(codesOf(log)).toEqual([]);
    const early = added(3, 0, () => [8, 3, 'ann']);
    expect(foundIn(log, early)).toContain('decision-mixed');
  });
});
