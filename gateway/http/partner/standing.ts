/** How a show stands: its phase, its seats by state, its line. */
import type { ShowId } from '../../../engine/ids.ts';
import type { Standing } from '../../partners/live-board.ts';
import type { Services } from '../../services/services.ts';
import { ApiProblem } from '../api/route.ts';

export interface WholeStanding extends Standing {
  readonly earmarked: number;
}

/** Undefined where the show cannot say just now. */
export async function standingOf(
  { house, catalog }: Services,
  show: ShowId,
): Promise<WholeStanding | undefined> {
  const view = await house.view(show);
  const layout = catalog.show(show)?.layout;
  if (view === undefined || layout === undefined) return undefined;
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  const seats = catalog.seatsIn(layout);
  for (let seat = 0; seat < seats; seat++) {
    const state = (((view.seats[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3) as 0 | 1 | 2 | 3;
    counts[state]++;
  }
  const [free, held, booked, blocked] = counts;
  const { phase, waiting, earmarked, seq } = view;
  return { phase, free, held, booked, blocked, waiting, earmarked, seq };
}

/** @throws ApiProblem where the show cannot say just now. */
export async function standing(services: Services, show: ShowId): Promise<WholeStanding> {
  const now = await standingOf(services, show);
  if (now !== undefined) return now;
  const sentence = 'This show cannot be asked just now; ask again in a moment.';
  throw new ApiProblem(503, 'unavailable', sentence, {}, { 'retry-after': '1' });
}
