/**
 * Logs that were tampered with. Who only edits a frame breaks the chain; who works the whole chain
 * out anew leaves nothing but the rules to find it by. Each way is named by its own code.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { LogRow } from '../../../persistence/audit/auditor.ts';
import type { SeenReply } from '../../../persistence/audit/seen.ts';
import { TestShard } from '../../support/shard-harness.ts';
import { hour, minute, second } from '../../support/show-harness.ts';
import {
  chainAnew,
  codesOf,
  entriesOf,
  eventOf,
  type LooseFrame,
  numberAnew,
  putTogether,
  takeApart,
} from './tampered-log.ts';

const HELD = 5;
const CHANGED = 6;
const RELEASED = 7;
const EXPIRED = 8;
const JOINED = 9;
const WAIT_ENDED = 10;
const OFFERED = 11;
const OFFER_ENDED = 12;
const BOOKED = 13;
const REFUNDED = 14;

let rows: readonly LogRow[] = [];
let seen: readonly SeenReply[] = [];

/** An evening on which nearly everything happens that can. */
async function anEvening(): Promise<TestShard> {
  let shard = await TestShard.open();
  await shard.schedule([5, 5], { seatsPerUser: 6 });
  const ann = await shard.hold('ann', [0, 1, 2]);
  await shard.accepted('ann', { type: 'change', hold: ann, seats: [0, 1] });
  const bob = await shard.hold('bob', [2, 3, 4]);
  await shard.book('cid', [5, 6]);
  const second_ = await shard.book('cid', [7]);
  await shard.hold('dan', [8, 9]);
  await shard.accepted('eve', { type: 'wait', party: 2 });
  await shard.accepted('fay', { type: 'wait', party: 3 });
  await shard.accepted('gus', { type: 'wait', party: 1 });
  await shard.accepted('hal', { type: 'wait', party: 6 });
  await shard.advance(minute);
  await shard.accepted('ann', { type: 'book', hold: ann });
  await shard.accepted('bob', { type: 'release', hold: bob });
  await shard.accepted('eve', { type: 'hold', seats: [2, 3] });
  await shard.accepted('cid', { type: 'cancel', bookings: [second_] });
  await shard.advance(5 * minute + 5 * second);
  shard = await shard.crash(minute);
  await shard.run();
  await shard.accepted('ivy', { type: 'hold', seats: [7] });
  await shard.advance(6 * minute);
  await shard.accepted('jim', { type: 'hold', seats: [7] });
  await shard.advance(6 * hour);
  return shard;
}

beforeAll(async () => {
  const shard = await anEvening();
  rows = shard.frames();
  expect(codesOf(rows)).toEqual([]);
  seen = entriesOf(takeApart(rows)).flatMap(([frame, , entry]): SeenReply[] => {
    const [show, seq, user, requestId] = entry;
    if (typeof show !== 'string' || typeof seq !== 'number' || typeof user !== 'string') return [];
    const { lsn, timeMs, hash } = frame;
    const named = { show, user, requestId: String(requestId) };
    return [{ type: 'accepted', ...named, receipt: { seq, lsn, timeMs, hash } }];
  });
  expect(codesOf(rows, seen)).toEqual([]);
});

/** What is found once somebody has edited the log and worked its chain out anew. */
function found(edit: (frames: LooseFrame[]) => LooseFrame[] | undefined): string[] {
  const frames = takeApart(rows);
  return codesOf(chainAnew(edit(frames) ?? frames));
}

/** The same where decisions were taken out or put in, and all numbered anew. */
function foundAnew(edit: (frames: LooseFrame[]) => LooseFrame[] | undefined): string[] {
  return found((frames) => {
    const edited = edit(frames) ?? frames;
    numberAnew(edited);
    return edited;
  });
}

function without(frames: LooseFrame[], decision: unknown): void {
  for (const frame of frames) {
    frame.content = frame.content.filter((entry) => entry !== decision) as LooseFrame['content'];
  }
}

describe('[F2] a log whose chain was left as it was', () => {
  it('names a frame that was dropped', () => {
    expect(codesOf(rows.filter(({ lsn }) => lsn !== 6))).toContain('frame-missing');
  });

  it('names frames that were swapped', () => {
    const [first, second_] = [rows[5], rows[6]];
    const swapped = rows.map((row) => {
      const other = row === first ? second_ : row === second_ ? first : row;
      return { ...row, body: (other as LogRow).body, hash: (other as LogRow).hash };
    });
    expect(codesOf(swapped)).toContain('chain-broken');
  });

  it('names frames that come in another order', () => {
    const moved = [...rows.slice(0, 5), rows[6], rows[5], ...rows.slice(7)] as LogRow[];
    const codes = codesOf(moved);
    expect(codes).toContain('frame-missing');
    expect(codes).toContain('frame-out-of-order');
  });

  it('names a seat that was edited', () => {
    const frames = takeApart(rows);
    eventOf(frames, HELD).event[1] = [0, 1, 4];
    expect(codesOf(putTogether(frames))).toContain('chain-broken');
  });

  it('names a time, an epoch and a hash that were changed', () => {
    const change = (edit: Partial<LogRow>) =>
      codesOf(rows.map((row) => (row.lsn === 8 ? { ...row, ...edit } : row)));
    expect(change({ timeMs: (rows[7]?.timeMs ?? 0) + 1 })).toContain('chain-broken');
    expect(change({ epoch: 9 })).toContain('chain-broken');
    expect(change({ hash: new Uint8Array(32) })).toContain('chain-broken');
  });

  it('names a frame that cannot be read', () => {
    const cut = rows.map((row) => (row.lsn === 8 ? { ...row, body: row.body.slice(0, -1) } : row));
    expect(codesOf(cut)).toContain('body-unreadable');
  });
});

describe('a log whose whole chain was worked out anew', () => {
  it('[F1] names a frame that was dropped, by the decision that is missing', () => {
    expect(found((frames) => frames.filter(({ lsn }) => lsn !== 6))).toContain('decision-gap');
  });

  it('[F1] names frames that were swapped, by their decisions', () => {
    const codes = found((frames) => {
      const [first, second_] = [frames[5], frames[6]] as [LooseFrame, LooseFrame];
      return frames.map((frame) => (frame === first ? second_ : frame === second_ ? first : frame));
    });
    expect(codes).toContain('decision-gap');
  });

  it('[T1] names a time that was turned back', () => {
    const codes = found((frames) => {
      const { frame } = eventOf(frames, BOOKED, -1);
      frame.timeMs -= hour;
      return frames;
    });
    expect(codes).toContain('time-fell');
  });

  it('[F2] names an epoch that fell, and a new owner who did not say so', () => {
    expect(
      found((frames) => {
        (frames.at(-1) as LooseFrame).epoch = 1;
        return frames;
      }),
    ).toContain('epoch-fell');
    const unannounced = found((frames) => {
      (frames.at(-1) as LooseFrame).epoch = 9;
      return frames;
    });
    expect(unannounced).toContain('epoch-unannounced');
  });

  it('[D2] names an outage that cost holders their time', () => {
    const codes = found((frames) => {
      const marker = entriesOf(frames)
        .filter(([, , entry]) => entry[0] === 2)
        .at(-1);
      (marker?.[2] as unknown[])[1] = marker?.[0].timeMs;
      return frames;
    });
    expect(codes).toContain('floor-too-low');
  });

  it('[S2] names a seat that two have', () => {
    const codes = found((frames) => {
      eventOf(frames, HELD, 1).event[1] = [0, 3, 4];
      return frames;
    });
    expect(codes).toContain('seat-taken');
  });

  it('[B1] names seats and prices that changed between hold and booking', () => {
    const edit = (field: number, value: number[]) =>
      found((frames) => {
        eventOf(frames, BOOKED).event[field] = value;
        return frames;
      });
    expect(edit(3, [5, 9])).toContain('booking-seats-changed');
    expect(edit(4, [1_000, 1])).toContain('price-changed');
  });

  it('[M4] names a price that is not that of the terms', () => {
    const codes = found((frames) => {
      eventOf(frames, HELD).event[2] = [1_000, 1_000, 999];
      return frames;
    });
    expect(codes).toEqual(['price-wrong']);
  });

  it('[H7] names a request that was decided twice', () => {
    const codes = foundAnew((frames) => {
      const first = eventOf(frames, JOINED, 0).decision;
      eventOf(frames, JOINED, 1).decision[3] = first[3];
      eventOf(frames, JOINED, 1).decision[2] = first[2];
      return frames;
    });
    expect(codes).toContain('request-twice');
    expect(codes).toContain('wait-twice');
  });

  it('[F1] names a decision that is there twice', () => {
    const codes = found((frames) => {
      const { frame, decision } = eventOf(frames, HELD);
      frame.content.push(decision);
      return frames;
    });
    expect(codes).toContain('decision-gap');
    expect(codes).toContain('request-twice');
  });

  it('[W2] names the one who was overtaken, by a smaller party or by a newcomer', () => {
    const byParty = found((frames) => {
      const { event } = eventOf(frames, OFFERED);
      event[1] = 'gus';
      event[2] = 1;
      return frames;
    });
    expect(byParty).toContain('overtaken');
    const byNewcomer = found((frames) => {
      eventOf(frames, HELD, 5).decision[2] = 'mallory';
      return frames;
    });
    expect(byNewcomer).toContain('overtaken');
  });

  it('[W3] names the head of the line that was left standing', () => {
    const codes = found((frames) => {
      const { decision, event } = eventOf(frames, OFFERED);
      decision.splice(decision.indexOf(event), 1);
      return frames;
    });
    expect(codes).toContain('head-not-served');
  });

  it('[W5] names a party that waits in vain', () => {
    const codes = found((frames) => {
      const { decision, event } = eventOf(frames, WAIT_ENDED);
      expect(event[2]).toBe('tooFewLeft');
      decision.splice(decision.indexOf(event), 1);
      return frames;
    });
    expect(codes).toContain('waits-in-vain');
  });

  it('[W4] names offers that promise more than there is', () => {
    const codes = found((frames) => {
      eventOf(frames, OFFERED).event[2] = 9;
      return frames;
    });
    expect(codes).toContain('over-promised');
    expect(codes).toContain('offer-party-wrong');
  });

  it('[W4] names an offer that was used and kept', () => {
    const codes = found((frames) => {
      const { decision, event } = eventOf(frames, OFFER_ENDED);
      expect(event[2]).toBe('taken');
      decision.splice(decision.indexOf(event), 1);
      return frames;
    });
    expect(codes).toContain('offer-kept');
  });

  it('[H3] names a hold that expired early', () => {
    const codes = found((frames) => {
      eventOf(frames, EXPIRED).frame.timeMs -= 1;
      return frames;
    });
    expect(codes).toContain('expired-early');
  });

  it('[H4] names a hold that should have expired', () => {
    const codes = foundAnew((frames) => {
      without(frames, eventOf(frames, EXPIRED, -2).decision);
      return frames;
    });
    expect(codes).toContain('expired-late');
  });

  it('[H3] [H5] names a deadline that somebody was given for nothing', () => {
    const edit = (code: number, field: number) =>
      found((frames) => {
        const { event } = eventOf(frames, code);
        event[field] = (event[field] as number) + 1;
        return frames;
      });
    expect(edit(HELD, 3)).toContain('deadline-wrong');
    expect(edit(CHANGED, 4)).toContain('deadline-moved');
    expect(edit(JOINED, 3)).toContain('wait-deadline-wrong');
    expect(edit(OFFERED, 3)).toContain('offer-deadline-wrong');
  });

  it('[H2] names a user who has too many seats', () => {
    const codes = found((frames) => {
      for (const nth of [1, 2, 3]) eventOf(frames, HELD, nth).decision[2] = 'ann';
      return frames;
    });
    expect(codes).toContain('over-cap');
  });

  it('[H6] names somebody who acted for another', () => {
    const edit = (code: number) =>
      found((frames) => {
        eventOf(frames, code).decision[2] = 'mallory';
        return frames;
      });
    expect(edit(CHANGED)).toContain('hold-not-theirs');
    expect(edit(RELEASED)).toContain('hold-not-theirs');
    expect(edit(BOOKED)).toContain('hold-not-theirs');
    expect(edit(REFUNDED)).toContain('booking-not-theirs');
  });

  it('[P5] [B2] names money that was given back twice, or too much of it', () => {
    const twice = foundAnew((frames) => {
      const { frame, at, decision } = eventOf(frames, REFUNDED);
      const again = structuredClone(decision);
      again[3] = 'another-request';
      again.splice(5);
      frame.content.splice(at + 1, 0, again);
      return frames;
    });
    expect(twice).toContain('refunded-twice');
    const tooMuch = found((frames) => {
      const { event } = eventOf(frames, REFUNDED);
      event[2] = (event[2] as number) + 1;
      return frames;
    });
    expect(tooMuch).toEqual(['refund-wrong', 'money-lost']);
  });

  it('[B1] names a reference that was given twice', () => {
    const codes = found((frames) => {
      eventOf(frames, BOOKED, 1).event[2] = eventOf(frames, BOOKED, 0).event[2];
      return frames;
    });
    expect(codes).toContain('reference-twice');
  });
});

describe('what clients were told, beside the log', () => {
  it('[F1] names a receipt that was forged', () => {
    const [first, ...rest] = seen as Extract<SeenReply, { type: 'accepted' }>[];
    if (first === undefined) throw new Error('nobody was answered');
    const { receipt } = first;
    for (const edit of [{ lsn: 9 }, { timeMs: 1 }, { hash: new Uint8Array(32) }, { seq: 4 }]) {
      const forged = { ...first, receipt: { ...receipt, ...edit } };
      expect(codesOf(rows, [forged, ...rest])).toEqual(['receipt-forged']);
    }
  });

  it('[D2] names what was acknowledged and is gone', () => {
    expect(codesOf(rows.slice(0, -8), seen)).toEqual(['answer-lost']);
  });

  it('[F1] names somebody who was decided before what was known when they asked', () => {
    const [first, second_] = seen as Extract<SeenReply, { type: 'accepted' }>[];
    if (first === undefined || second_ === undefined) throw new Error('nobody was answered');
    const inOrder: SeenReply[] = [
      { ...first, askedAtMs: 1, answeredAtMs: 2 },
      { ...second_, askedAtMs: 2, answeredAtMs: 4 },
    ];
    expect(codesOf(rows, inOrder)).toEqual([]);
    const turned: SeenReply[] = [
      { ...first, askedAtMs: 5, answeredAtMs: 6 },
      { ...second_, askedAtMs: 2, answeredAtMs: 4 },
    ];
    expect(codesOf(rows, turned)).toEqual(['order-broken']);
  });
});
