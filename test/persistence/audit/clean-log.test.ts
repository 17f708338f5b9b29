/** What the real engine writes, the auditor finds nothing wrong with: no frame, and no reply. */
import { describe, expect, it } from 'vitest';
import { Auditor, type Onlooker } from '../../../persistence/audit/auditor.ts';
import { chanceOf, randomLog } from './random-log.ts';

describe('a log of the real engine under random commands', () => {
  it('[F2] audits clean, with every reply, whether that comes before its frame or after', async () => {
    const done = new Map<string, number>();
    let events = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const log = await randomLog({ seed, steps: 300 });
      const chance = chanceOf(seed);
      const auditor = new Auditor({ history: true });
      const early = log.seen.filter(() => chance(2) === 0);
      const late = log.seen.filter((reply) => !early.includes(reply));
      for (const reply of early) auditor.reply(reply);
      for (const row of log.rows) auditor.frame(row);
      for (const reply of late) auditor.reply(reply);
      expect(auditor.finish(), `seed ${seed}`).toEqual([]);
      events += auditor.counts.events;
      for (const [kind, count] of log.done) done.set(kind, (done.get(kind) ?? 0) + count);
    }
    expect(events).toBeGreaterThan(1_000);
    for (const kind of ['held', 'booked', 'cancelled', 'waiting', 'left', 'released', 'push']) {
      expect(done.get(kind) ?? 0, kind).toBeGreaterThan(20);
    }
  });

  it('[P5] [B3] [D2] audits clean with payments that end in every way, and bulk bookings', async () => {
    const kinds = new Map<string, number>();
    const onlooker: Onlooker = {
      before: (_, decision) => {
        const lead = decision.facts[0]?.kind ?? '';
        for (const fact of decision.facts) {
          const what = fact.kind === 'owed' ? `owed: ${fact.reason}` : fact.kind;
          const kind = fact === decision.facts[0] ? what : `${lead} > ${what}`;
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        }
      },
      after: () => {},
    };
    for (let seed = 1; seed <= 120; seed++) {
      const log = await randomLog({ seed, steps: 300, till: true });
      const auditor = new Auditor({ history: true, onlooker });
      for (const row of log.rows) auditor.frame(row);
      for (const reply of log.seen) auditor.reply(reply);
      expect(auditor.finish(), `seed ${seed}`).toEqual([]);
    }
    for (const kind of happens) expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(0);
  });
});

/** What has to have happened, or the logs prove little: facts, some as consequences of others. */
const happens = [
  'paymentBegun',
  'paymentOpened',
  'paymentFailed',
  'captured > booked',
  'captured > seatsBooked',
  'captured > paymentAbandoned',
  'captured > owed: tooLate',
  'captured > owed: amountDiffers',
  'expired > paymentAbandoned',
  'released > paymentAbandoned',
  'showCancelled > paymentAbandoned',
  'showCancelled > owed: showCancelled',
  'cancelled > owed: bookingCancelled',
  'cancelled > cancelled',
  'cancelled > offered',
  'givenBack',
  'seatsBooked',
  'opened',
  'closed > waitEnded',
];
