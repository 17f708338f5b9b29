/**
 * Whether "best n" gave the best: one unbroken block if there is any, one that leaves nobody's
 * neighbour alone if that can be helped, and of those the nearest to the best point [H8]. Asked of
 * the past, by what a client says it wished for; the log alone does not tell.
 */
import type { SeatRun } from '../../engine/show/seats/layout.ts';
import type { PastDecision, ShowHistory } from './history.ts';
import { blocksOf, isAlone, neighboursOf } from './orphans.ts';
import { FREE } from './seat-marks.ts';
import type { SeenRequest } from './seen.ts';
import type { ShowBook } from './show-book.ts';

/** Distances are kept to a 1,024th of a seat: those that differ by less are equally near. */
const NEAR_ENOUGH = 1 / 1024;

export function notBest(
  asked: Extract<SeenRequest, { type: 'best' }>,
  { decision }: PastDecision,
  history: ShowHistory,
): string | undefined {
  const [lead] = decision.facts;
  if (lead?.kind !== 'held') return `asked was for seats, decided was "${lead?.kind ?? 'nothing'}"`;
  const { book } = history;
  const { plan } = book;
  const { count, tier } = asked;
  const given = [...lead.seats].sort((a, b) => a - b);
  const names = plan.namesOf(given);
  if (given.length !== count) return `asked was for ${count} seats, given were ${names}`;
  if (tier !== undefined && given.some((seat) => plan.tierOf(seat) !== tier)) {
    return `asked was for tier ${tier}, given were ${names}`;
  }
  const isFree = (seat: number) => history.markAt(seat, decision.seq - 1) === FREE;
  const blocks = [...blocksOf(book, count, isFree)].filter(
    ([first = -1]) => tier === undefined || plan.tierOf(first) === tier,
  );
  const [some] = blocks;
  if (some === undefined) {
    return asked.split === true ? undefined : `no ${count} seats side by side were free`;
  }
  const leavesOrphan = (block: readonly number[]) => {
    const after = (seat: number) => isFree(seat) && !block.includes(seat);
    return neighboursOf(book, block).some((seat) => isAlone(book, seat, after));
  };
  const clean = blocks.filter((block) => !leavesOrphan(block));
  const choices = clean.length > 0 ? clean : blocks;
  const chosen = choices.find((block) => block.every((seat, at) => seat === given[at]));
  const away = choices.map((block) => distanceOf(book, block));
  const nearest = Math.min(...away);
  const better = plan.namesOf(choices[away.indexOf(nearest)] ?? some);
  if (chosen === undefined) return `${names} were given and ${better} were better`;
  if (distanceOf(book, chosen) <= nearest + count * NEAR_ENOUGH) return undefined;
  return `${names} were given and ${better} were nearer`;
}

/** Of all seats together, from the hall's best point; the middle of a row lies further back. */
function distanceOf({ plan }: ShowBook, seats: readonly number[]): number {
  const { width, curve, best } = plan.layout;
  let sum = 0;
  for (const seat of seats) {
    const index = plan.runOf(seat);
    const run = plan.layout.runs[index] as SeatRun;
    const x = run.x + seat - (plan.starts[index] ?? 0);
    const aside = (2 * x) / width - 1;
    sum += Math.hypot(x - best.x, run.y + curve * (1 - aside ** 2) - best.y);
  }
  return sum;
}
