/** What an operator reads of payments: the story of a person, of a seat, and the money's line. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Auditor, type LogRow } from '../../../persistence/audit/auditor.ts';
import { renderReport, reportOf } from '../../../persistence/audit/report.ts';
import { type Question, Story } from '../../../persistence/audit/story.ts';
import { anEvening, CAPTURED, open, pay, replaced } from './paid-evening.ts';
import { chainAnew, takeApart } from './tampered-log.ts';

let rows: readonly LogRow[] = [];

beforeAll(async () => {
  rows = await anEvening();
});

function report(asked: Partial<Question>, of = rows) {
  const story = new Story({
    show: undefined,
    seat: undefined,
    user: undefined,
    atMs: undefined,
    ...asked,
  });
  const auditor = new Auditor({ onlooker: story });
  for (const row of of) auditor.frame(row);
  auditor.finish();
  story.finish(auditor.books);
  return reportOf(auditor, story, { file: 'f', partitions: 1, seconds: 1, warnings: [] });
}

function told(asked: Partial<Question>): readonly string[] {
  return (report(asked).story ?? []).map(({ text }) => text);
}

describe('[F2] [P5] the story of payments', () => {
  it('tells how a person paid, was booked, and got the money back', () => {
    expect(told({ user: 'ann' })).toEqual([
      'ann holds R01, R02 until 09:05:00.000, for 20.00 INR (hold 3).',
      'ann begins to pay 20.00 INR for hold 3; it stands until 09:06:00.000 for that (payment 4).',
      'Payment 4 of ann can be made, the provider calls it r.',
      'Payment 4 of ann is made: 20.00 INR.',
      'Hold 3 of ann is booked by payment 4: R01, R02 for 20.00 INR (booking S-006).',
      'The theatre cancels S-006; free now: R01, R02; 20.00 INR owed back.',
      'Payment 4 of ann is owed back, 20.00 INR, since the booking is cancelled.',
      'Payment 4 of ann is given back: 20.00 INR.',
    ]);
  });

  it('tells of late money, of another amount and of what was broken off', () => {
    const lines = [...told({ user: 'cid' }), ...told({ user: 'dan' }), ...told({ user: 'fay' })];
    expect(lines).toContain(
      'Payment 14 came late; cid still gets R05 for 10.00 INR (booking S-00M).',
    );
    expect(lines).toContain(
      'Payment 14 of cid shall not be made any more, since its hold has ended.',
    );
    expect(lines).toContain('Payment 16 of dan is owed back, 10.00 INR, since it came too late.');
    expect(lines).toContain(
      'Payment 24 of fay is owed back, 9.99 INR, since it is another amount than was to be paid.',
    );
    expect(told({ user: 'gus' })).toContain('Payment 27 of gus was not made in time.');
    expect(told({ user: 'bob' })).toContain('Payment 8 of bob is declined; its hold is as it was.');
  });

  it('tells of a seat what was paid for it', () => {
    const lines = told({ show: 's', seat: '#0' });
    expect(lines.filter((line) => line.includes('Payment'))).toHaveLength(4);
    expect(lines.join()).not.toContain('bob');
  });

  it('tells that the theatre booked, opened and closed', () => {
    const lines = told({ show: 's' });
    expect(lines).toContain('The theatre closes the sale.');
    expect(lines.find((line) => line.startsWith('The theatre books for eve: '))).toContain('S-00');
  });

  it('reckons up the money of each currency, and counts payments that have not ended', async () => {
    const sound = report({});
    expect(sound.payments).toEqual({
      INR: { captured: 6_999, booked: 0, owed: 3_999, givenBack: 3_000 },
    });
    const text = renderReport(sound, undefined);
    expect(text).toContain('Payments: 69.99 INR captured = 0.00 INR booked + 39.99 INR owed back');
    expect(text).toContain('0 payments under way, 1 payment abandoned');
    const shard = await open();
    await pay(shard, 'ann', [0]);
    const other = renderReport(report({}, shard.frames()), undefined);
    expect(other).toContain('1 payment under way, 0 payments abandoned');
  });

  it('says of a log whose money does not add up that it is not sound', () => {
    const frames = takeApart(rows);
    replaced(CAPTURED, 1, ([code, payment, user, amount]) => {
      return [code, payment, user, Number(amount) + 100, 'INR'];
    })(frames);
    const text = renderReport(report({}, chainAnew(frames)), undefined);
    expect(text).toContain('[P4] other-amount-booked');
    expect(text).toContain('NOT SOUND');
  });
});
