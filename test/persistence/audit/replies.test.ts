/**
 * What clients saw, held against the log: one thing of one reply is changed, and it is found. A
 * reply that is changed into what another could truly have been told is none of these.
 */
import { describe, expect, it } from 'vitest';
import { Auditor } from '../../../persistence/audit/auditor.ts';
import type { SeenReply } from '../../../persistence/audit/seen.ts';
import { TestShard } from '../../support/shard-harness.ts';
import { hour, minute, opening, second } from '../../support/show-harness.ts';
import { randomLog } from './random-log.ts';
import { codesOf, eventOf, takeApart } from './tampered-log.ts';

type Of<Type extends SeenReply['type']> = Extract<SeenReply, { type: Type }>;

/** What is found where each reply of a type is edited in turn; the edit says which it can be. */
async function editEach<Type extends SeenReply['type']>(
  type: Type,
  edit: (reply: Of<Type>) => Of<Type> | undefined,
): Promise<ReadonlySet<string>> {
  const codes = new Set<string>();
  for (let seed = 1; seed <= 4; seed++) {
    const { rows, seen } = await randomLog({ seed, steps: 200 });
    const replies = seen.filter((reply): reply is Of<Type> => reply.type === type);
    const edits = replies.flatMap((reply) => [{ reply, edited: edit(reply) }]);
    const able = edits.filter(({ edited }) => edited !== undefined).slice(0, 25);
    for (const { reply, edited } of able) {
      if (edited === undefined) continue;
      const found = codesOf(rows, [edited]);
      expect(found.length, JSON.stringify([reply, edited])).toBeGreaterThan(0);
      for (const code of found) codes.add(code);
    }
  }
  return codes;
}

describe('one reply that was not true', () => {
  it('[F1] an answer with another hold, deadline, price, ticket, reference or refund', async () => {
    const fields = ['hold', 'deadlineMs', 'total', 'ticket', 'party', 'untilMs', 'refund'] as const;
    for (const field of fields) {
      const codes = await editEach('accepted', (reply) => {
        const value = reply.answer?.[field];
        if (reply.answer === undefined || value === undefined) return undefined;
        return { ...reply, answer: { ...reply.answer, [field]: value + 1 } };
      });
      expect([...codes], field).toEqual(['answer-differs']);
    }
    const others = await editEach('accepted', ({ answer, ...reply }) => {
      return answer === undefined ? undefined : { ...reply, answer: { ...answer, type: 'done' } };
    });
    expect([...others]).toEqual(['answer-differs']);
  });

  it('[H1] an answer that gave other seats than were asked for', async () => {
    const codes = await editEach('accepted', (reply) => {
      if (reply.asked?.type !== 'seats') return undefined;
      return { ...reply, asked: { type: 'seats', seats: [...reply.asked.seats, 99] } };
    });
    expect([...codes]).toEqual(['asked-otherwise']);
  });

  it('[D1] news that no decision holds', async () => {
    const other = await editEach('push', (reply) => ({ ...reply, user: 'mallory' }));
    expect([...other]).toEqual(['push-false']);
    const later = await editEach('push', ({ push, ...reply }) => {
      return push.untilMs === undefined
        ? undefined
        : { ...reply, push: { ...push, untilMs: push.untilMs + 1 } };
    });
    expect([...later]).toEqual(['push-false']);
  });

  it('[D1] a map in which one seat or one number is another', async () => {
    const seats = await editEach('map', (reply) => {
      const edited = new Uint8Array(reply.seats);
      edited[0] = (edited[0] ?? 0) ^ 1;
      return { ...reply, seats: edited };
    });
    expect([...seats]).toEqual(['map-false']);
    for (const field of ['serving', 'waiting', 'earmarked'] as const) {
      const codes = await editEach('map', (reply) => {
        return { ...reply, [field]: (reply[field] ?? 0) + 1 };
      });
      expect([...codes], field).toEqual(['map-false']);
    }
    const phase = await editEach('map', (reply) => ({ ...reply, phase: 'scheduled' }));
    expect([...phase]).toEqual(['map-false']);
  });

  it('[D1] changes in which one is wrong, or left out', async () => {
    const wrong = await editEach('changed', (reply) => {
      const [first, ...rest] = reply.changes;
      return first === undefined ? undefined : { ...reply, changes: [...rest, first ^ 3] };
    });
    expect([...wrong]).toEqual(['changes-false']);
  });

  it('[W1] [R4] a refusal that was right at no moment', async () => {
    const taken = await editEach('rejected', (reply) => {
      // When sale has just opened nobody has a seat.
      return reply.reason === 'seatsTaken' ? { ...reply, afterSeq: 2 } : undefined;
    });
    expect([...taken]).toEqual(['refusal-false']);
    const free = await editEach('rejected', (reply) => {
      return reply.reason === 'chooseNow' ? { ...reply, free: 99 } : undefined;
    });
    expect([...free]).toEqual(['refusal-false']);
  });
});

describe('a refusal between two decisions that are known', () => {
  it('[R4] is held against no moment outside of them', async () => {
    const shard = await TestShard.open();
    await shard.schedule([4]);
    const hold = await shard.hold('ann', [0]);
    await shard.accepted('ann', { type: 'release', hold });
    await shard.hold('bob', [1]);
    await shard.hold('cid', [0]);
    const rows = shard.frames();
    const frames = takeApart(rows);
    const accepted = [0, 1, 2].map((nth): SeenReply => {
      const { frame, decision } = eventOf(frames, 5, nth);
      const { lsn, timeMs, hash } = frame;
      const [show, seq, user, requestId] = decision as [string, number, string, string];
      const at = { askedAtMs: nth * 20, answeredAtMs: nth * 20 + 10 };
      return {
        type: 'accepted',
        show,
        user,
        requestId,
        receipt: { seq, lsn, timeMs, hash },
        ...at,
      };
    });
    const refused = (askedAtMs: number, answeredAtMs: number): SeenReply => {
      const named = { show: 's', user: 'dan', requestId: 'r', reason: 'seatsTaken', seats: [0] };
      return { type: 'rejected', ...named, askedAtMs, answeredAtMs };
    };
    // Seat 0 was taken until ann released it, and is again from cid's hold on.
    expect(codesOf(rows, [...accepted, refused(31, 35)])).toEqual(['refusal-false']);
    expect(codesOf(rows, [...accepted, refused(31, 45)])).toEqual([]);
    expect(codesOf(rows, [...accepted, refused(11, 15)])).toEqual([]);
  });
});

describe('a reply and its frame', () => {
  it('[D1] a reply that comes before its frame is durable was said too early', async () => {
    const { rows, seen } = await randomLog({ seed: 5, steps: 60 });
    const reply = seen.find(({ type }) => type === 'accepted') as Of<'accepted'>;
    const early = new Auditor({ history: true, live: true });
    early.reply(reply);
    for (const row of rows) early.frame(row);
    expect(early.finish().map(({ code }) => code)).toEqual(['answer-early']);
    const late = new Auditor({ history: true, live: true });
    for (const row of rows) late.frame(row);
    late.reply(reply);
    expect(late.finish()).toEqual([]);
  });

  it('needs an auditor that keeps a history', () => {
    const reply = { type: 'changed', show: 's', fromSeq: 0, toSeq: 1, changes: [] } as const;
    expect(() => new Auditor().reply(reply)).toThrow('a history');
  });
});

describe('the end of an audit', () => {
  async function codesAt(nowMs: number): Promise<string[]> {
    const shard = await TestShard.open();
    await shard.schedule([4]);
    await shard.hold('ann', [0, 1, 2, 3]);
    await shard.accepted('bob', { type: 'wait', party: 1 });
    const auditor = new Auditor();
    for (const row of shard.frames()) auditor.frame(row);
    return auditor.finish(nowMs).map(({ code }) => code);
  }

  it('[H4] [W7] [S3] names what should have been decided by then', async () => {
    expect(await codesAt(opening + 5 * minute + 5 * second - 1)).toEqual([]);
    expect(await codesAt(opening + 5 * minute + 5 * second)).toEqual(['expired-late']);
    expect(await codesAt(opening + hour)).toEqual(['expired-late', 'wait-ended-late']);
    expect(await codesAt(opening + 6 * hour)).toContain('closed-late');
  });
});
