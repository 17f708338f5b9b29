/** Measures, in this process and within seconds, those unit costs that need no sockets. */

import { Browse } from '../../engine/catalog/browse.ts';
import { Catalog } from '../../engine/catalog/catalog.ts';
import { millis, requestId } from '../../engine/ids.ts';
import { invariant } from '../../engine/unreachable.ts';
import { demoCatalog } from '../../gateway/demo/demo-catalog.ts';
import { localDay } from '../../gateway/local-time.ts';
import { answerBrowse } from '../../gateway/sockets/answer-browse.ts';
import type { UpMessage } from '../../gateway/wire/message-types.ts';
import { down } from '../../gateway/wire/messages.ts';
import { toTuple } from '../../gateway/wire/positional.ts';
import { codec } from '../../persistence/codec.ts';
import { weigh } from '../micro/weigh.ts';
import type { Progress } from '../report/progress.ts';
import { fitCosts } from './fit.ts';
import { runOnSqlite } from './sqlite-run.ts';
import type { CostName } from './unit-costs.ts';

export interface MeasureEffort {
  /** Decisions of the runs with the fewest, some and the most decisions a commit. */
  readonly decisions: readonly [number, number, number];
  readonly weighedUsers: number;
  readonly browses: number;
}

export const USUAL_EFFORT: MeasureEffort = {
  decisions: [15_000, 30_000, 100_000],
  weighedUsers: 30_000,
  browses: 20_000,
};

const PER_COMMIT = [1, 16, 512] as const;
const SHOWS = 200;
const SEATS = 2_000;
const WEIGHED_SHOWS = 500;

export type Measured = Partial<Readonly<Record<CostName, number>>>;

export async function measureCosts(effort: MeasureEffort, progress: Progress): Promise<Measured> {
  progress.stretch('measuring decisions, frames and commits', 8);
  const [first, second, third] = effort.decisions;
  // The first thousands of decisions are slower wherever they are made.
  await run(PER_COMMIT[2], second);
  const alone = await run(PER_COMMIT[0], first);
  const some = await run(PER_COMMIT[1], second);
  const crowd = await run(PER_COMMIT[2], third);
  const fitted = fitCosts(alone, some, crowd);
  if (fitted === undefined) {
    throw new Error('the machine is too busy to measure on: the runs contradict each other');
  }
  progress.stretch('weighing the state', 3);
  const users = effort.weighedUsers;
  const weights = await weigh({ shows: WEIGHED_SHOWS, seatsPerShow: SEATS, users });
  progress.stretch('browsing', 2);
  return {
    ...fitted,
    idleShowBytes: weights.idleShowBytes,
    holdBytes: weights.holdBytes,
    bookingBytes: weights.bookingBytes,
    waiterBytes: weights.waiterBytes,
    ...measureBrowsing(effort.browses),
  };
}

function run(decisionsPerCommit: number, decisions: number) {
  const mix = { shows: SHOWS, seatsPerShow: SEATS, holdsPerBooking: 2, seed: 1 };
  return runOnSqlite({ ...mix, decisions, decisionsPerCommit });
}

/** Cities, then films, then shows, then a hall: each as often as the others. */
function measureBrowsing(times: number): { browseUs: number; browseBytes: number } {
  const nowMs = millis(Date.now());
  const catalog = new Catalog();
  for (const event of demoCatalog({ seed: 1, nowMs })) catalog.evolve(event);
  const browse = new Browse(catalog, localDay);
  const path = pathThrough(browse, nowMs);
  let bytes = 0;
  const ask = (count: number) => {
    bytes = 0;
    for (let index = 0; index < count; index++) {
      const message = path[index % path.length];
      if (message === undefined) continue;
      const answer = answerBrowse(browse, message, nowMs);
      invariant(answer !== undefined, 'what the catalogue lists is there');
      bytes += codec.encode(toTuple(down, answer)).byteLength;
    }
  };
  ask(Math.ceil(times / 10));
  const cpu = process.cpuUsage();
  ask(times);
  const { user, system } = process.cpuUsage(cpu);
  return { browseUs: (user + system) / times, browseBytes: bytes / times };
}

type BrowseMessage = Extract<UpMessage, { type: 'cities' | 'movies' | 'shows' | 'show' }>;

/** A walk down from every city. */
function pathThrough(browse: Browse, nowMs: ReturnType<typeof millis>): readonly BrowseMessage[] {
  const asked = { requestId: requestId('1') };
  return browse.cities({ nowMs }).flatMap(({ id: city }): BrowseMessage[] => {
    const movie = browse.movies({ city, nowMs })?.[0]?.id;
    const shows = movie === undefined ? undefined : browse.shows({ city, movie, nowMs });
    const show = shows?.[0]?.shows[0]?.id;
    if (movie === undefined || show === undefined) return [];
    return [
      { type: 'cities', ...asked },
      { type: 'movies', ...asked, city, language: null, genre: null, date: null, text: null },
      { type: 'shows', ...asked, city, movie, date: null },
      { type: 'show', ...asked, show },
    ];
  });
}
