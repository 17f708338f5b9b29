/**
 * Small halls in which every choice can be tried: the orphan rule, best seats over several rows
 * and a line that backfills do what looking at everything says [H8, H9, W2].
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partitionId, requestId, type UserId, userId } from '../../../engine/ids.ts';
import { GENESIS_HASH } from '../../../engine/shard/log-store.ts';
import { Partition } from '../../../engine/shard/partition.ts';
import { decodeState, encodeState } from '../../../engine/shard/snapshot-codec.ts';
import { UserShows } from '../../../engine/shard/user-shows.ts';
import { decide } from '../../../engine/show/decide.ts';
import type { Show } from '../../../engine/show/show.ts';
import { codec } from '../../../persistence/codec.ts';
import { decided, onSale, type TestShow } from '../../support/show-harness.ts';

/** Rows drawn as text, `.` free and `x` blocked; each row's tier is its index modulo 2. */
const drawnRows = (most: number) =>
  fc.array(
    fc
      .array(fc.constantFrom('.', '.', '.', 'x'), { minLength: 1, maxLength: 6 })
      .map((marks) => marks.join('')),
    { minLength: 1, maxLength: most },
  );

function hall(rows: readonly string[], terms = {}): TestShow {
  const runs = rows.map(({ length }, index) => {
    return { row: `R${index}`, count: length, tier: index % 2, y: index + 1 };
  });
  const show = onSale(runs, { seatsPerUser: 100, ...terms });
  const taken = [...rows.join('')].flatMap((mark, seat) => (mark === 'x' ? [seat] : []));
  if (taken.length > 0) show.block(taken);
  return show;
}

/** Offsets into a row's text of its lone free seats. */
function lone(row: string): readonly number[] {
  const isTaken = (mark: string | undefined) => mark !== '.';
  return [...row].flatMap((mark, at) =>
    mark === '.' && isTaken(row[at - 1]) && isTaken(row[at + 1]) ? [at] : [],
  );
}

/** The rows' texts with these seats taken. */
function without(rows: readonly string[], seats: readonly number[]): readonly string[] {
  let first = 0;
  return rows.map((row) => {
    const from = first;
    first += row.length;
    return [...row].map((mark, at) => (seats.includes(from + at) ? 'x' : mark)).join('');
  });
}

/** Seats that are lone once these are taken, and were not before. */
function newOrphans(rows: readonly string[], seats: readonly number[]): readonly number[] {
  const after = without(rows, seats);
  let first = 0;
  return rows.flatMap((row, index) => {
    const from = first;
    first += row.length;
    const before = lone(row);
    return lone(after[index] ?? '').flatMap((at) => (before.includes(at) ? [] : [from + at]));
  });
}

/** Every unbroken free block of so many seats in one row. */
function blocksIn(rows: readonly string[], row: number, size: number): readonly number[][] {
  const text = rows[row] ?? '';
  const from = rows.slice(0, row).join('').length;
  return [...text].flatMap((_, at) =>
    text.slice(at, at + size) === '.'.repeat(size)
      ? [Array.from({ length: size }, (__, offset) => from + at + offset)]
      : [],
  );
}

describe('the orphan rule in small halls', () => {
  it('[H9] refuses exactly what leaves a new lone seat while another block would not', () => {
    const picks = fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(drawnRows(3), picks, (rows, picked) => {
        const free = [...rows.join('')].flatMap((mark, seat) => (mark === '.' ? [seat] : []));
        fc.pre(free.length > 0);
        const seats = [...new Set(picked.map((pick) => free[pick % free.length] ?? 0))];
        const orphans = newOrphans(rows, seats);
        const tiers = new Set(rows.flatMap((_, row) => (touches(rows, row, seats) ? row % 2 : [])));
        const isBetter = rows.some(
          (_, row) =>
            tiers.has(row % 2) &&
            blocksIn(rows, row, seats.length).some((block) => newOrphans(rows, block).length === 0),
        );
        const answer = hall(rows, { orphanRule: true }).ask('ann', { type: 'hold', seats });
        if (orphans.length === 0 || !isBetter) expect(answer.type).toBe('decided');
        else expect(answer).toMatchObject({ reason: 'leavesOrphan', seats: orphans });
      }),
      { numRuns: 300 },
    );
  });
});

function touches(rows: readonly string[], row: number, seats: readonly number[]): boolean {
  const from = rows.slice(0, row).join('').length;
  return seats.some((seat) => seat >= from && seat < from + (rows[row] ?? '').length);
}

/** Every choice of one block a row in rows that follow each other from `row` on. */
function splitsFrom(rows: readonly string[], row: number, count: number): readonly number[][] {
  if (count === 0) return [[]];
  if (row >= rows.length) return [];
  return Array.from({ length: count }, (_, less) => less + 1).flatMap((size) =>
    blocksIn(rows, row, size).flatMap((block) =>
      splitsFrom(rows, row + 1, count - size).map((rest) => [...block, ...rest]),
    ),
  );
}

describe('best seats over several rows of small halls', () => {
  it('[H8] one block if any, else a split with the fewest orphans there can be, else refused', () => {
    fc.assert(
      fc.property(
        drawnRows(4),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        (rows, count, may) => {
          const free = rows.join('').replaceAll('x', '').length;
          fc.pre(free >= count);
          const blocks = rows.flatMap((_, row) => blocksIn(rows, row, count));
          const splits = rows.flatMap((_, row) => splitsFrom(rows, row, count));
          const choices = blocks.length > 0 ? blocks : may ? splits : [];
          const wish = { type: 'holdBest', count, tier: undefined, split: may } as const;
          const show = hall(rows);
          const answer = show.ask('ann', wish);
          if (choices.length === 0) {
            expect(answer).toMatchObject({ reason: 'noBlockLeft' });
            return;
          }
          const [event] = decided(answer).events;
          const seats = event?.type === 'seatsHeld' ? event.seats : [];
          const sorted = (each: readonly number[]) => [...each].sort((a, b) => a - b).join();
          expect(choices.map(sorted)).toContain(sorted(seats));
          const fewest = Math.min(...choices.map((each) => newOrphans(rows, each).length));
          const made = newOrphans(rows, seats).length;
          // Of single blocks, leaving none is what counts; of splits, the number.
          if (blocks.length === 0 || fewest === 0) expect(made).toBe(fewest);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** A line of these parties before a full house of single seats, each with its own holder. */
function lineOf(parties: readonly number[], most: number): TestShow {
  const seats = 24;
  const show = onSale([seats], { waiting: 'backfill', overtakesPerParty: most, seatsPerUser: 100 });
  for (let seat = 0; seat < seats; seat++) show.hold(`h${seat}`, [seat]);
  parties.forEach((party, index) => {
    show.wait(`p${index}`, party);
  });
  return show;
}

/** What `free` seats mean for a line whose parties were overtaken so often: who is offered. */
function byWalking(
  line: { user: UserId; party: number; overtaken: number }[],
  free: number,
  most: number,
): readonly string[] {
  const offered: string[] = [];
  let left = free;
  for (;;) {
    const at = line.findIndex(({ party }, index) => {
      return party <= left && line.slice(0, index).every(({ overtaken }) => overtaken < most);
    });
    if (at < 0) return offered;
    const [next] = line.splice(at, 1);
    if (next === undefined) return offered;
    for (const passed of line.slice(0, at)) passed.overtaken++;
    left -= next.party;
    offered.push(next.user);
  }
}

/** The show as a restart finds it in a snapshot. */
function restarted(show: TestShow): Show {
  const directory = new UserShows();
  const partition = new Partition(partitionId(0), directory);
  decodeState(show.bytes, partition, directory, codec);
  expect(Buffer.compare(encodeState(partition, codec), show.bytes)).toBe(0);
  const restored = partition.shows.get(show.show.id);
  if (restored === undefined) throw new Error('the show is in the snapshot');
  return restored;
}

describe('a line that backfills, beside one that is walked', () => {
  const parties = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 });

  it('[W2] offers to the first that fits, counting each party’s own overtakings, and so after a restart', () => {
    fc.assert(
      fc.property(
        parties,
        fc.integer({ min: 0, max: 3 }),
        fc.array(fc.nat(30)),
        (sizes, most, acts) => {
          const show = lineOf(sizes, most);
          const line = sizes.map((party, index) => {
            return { user: userId(`p${index}`), party, overtaken: 0 };
          });
          let free = 0;
          for (const act of acts) {
            const leaver = act % 3 === 0 ? line[act % Math.max(line.length, 1)] : undefined;
            const holder = show.show.holds.first();
            if (leaver === undefined && holder === undefined) break;
            const user = leaver?.user ?? holder?.user ?? userId('none');
            const names = { show: show.show.id, user, requestId: requestId(`act-${act}`) };
            const command =
              leaver === undefined && holder !== undefined
                ? ({ ...names, type: 'release', hold: holder.id } as const)
                : ({ ...names, type: 'leave' } as const);
            const frame = { timeMs: show.nowMs, lsn: 1 as never, hash: GENESIS_HASH };
            const again = decide(restarted(show), command, { timeMs: show.nowMs, frame });
            const { events } = decided(show.ask(user, command));
            expect(again).toEqual({ type: 'decided', events });
            if (leaver === undefined) free++;
            else line.splice(line.indexOf(leaver), 1);
            const expected = byWalking(line, free, most);
            const offers = events.flatMap((event) => (event.type === 'offerMade' ? [event] : []));
            expect(offers.map((offer) => offer.user)).toEqual(expected);
            free -= offers.reduce((sum, { party }) => sum + party, 0);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
