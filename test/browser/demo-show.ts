/** Finds shows in the demo data, and fills them as other people would: over the SDK. */
import { WebSocket } from 'ws';
import type { Seat } from '../../engine/show/seats/layout.ts';
import { expandSeats } from '../../engine/show/seats/layout.ts';
import { connect, type ShowId, showId, type UsherClient } from '../../gateway/client/index.ts';

export interface DemoShow {
  readonly id: ShowId;
  readonly city: string;
  readonly movie: string;
  readonly seats: readonly Seat[];
}

/** Another person, with a session of their own. */
export async function person(socketUrl: string): Promise<UsherClient> {
  const client = connect({ url: socketUrl, WebSocket });
  await client.ready();
  return client;
}

/**
 * At least `count` shows in halls of at least and at most so many seats, those that start last
 * first, so that none begins while a test runs.
 */
export async function demoShows(
  client: UsherClient,
  least: number,
  most: number,
  count = 1,
): Promise<readonly DemoShow[]> {
  const found: { readonly startsAtMs: number; readonly show: DemoShow }[] = [];
  for (const city of (await client.cities()).cities) {
    const { movies } = await client.movies({ city: city.id });
    for (const movie of movies.slice(0, 6)) {
      const { cinemas } = await client.shows({ city: city.id, movie: movie.id });
      for (const show of cinemas.flatMap((cinema) => cinema.shows)) {
        if (show.seats < least || show.seats > most) continue;
        const answer = await client.show(showId(show.id));
        if (answer.type !== 'showFound') throw new Error(answer.reason);
        const seats = expandSeats(answer.details.layout);
        const facts = { id: show.id, city: city.id, movie: movie.id, seats };
        found.push({ startsAtMs: show.startsAtMs, show: facts });
      }
      if (found.length >= count) break;
    }
    if (found.length >= count) break;
  }
  const sorted = found.sort((a, b) => b.startsAtMs - a.startsAtMs).map(({ show }) => show);
  if (sorted.length < count) throw new Error(`too few demo shows with ${least} to ${most} seats`);
  return sorted;
}

/** Has as many people as it takes hold these seats, ten each. */
export async function holdBySomeone(
  socketUrl: string,
  show: DemoShow,
  seats: readonly number[],
): Promise<readonly UsherClient[]> {
  const people: UsherClient[] = [];
  for (let at = 0; at < seats.length; at += 10) {
    const client = await person(socketUrl);
    people.push(client);
    const answer = await client.hold(show.id, seats.slice(at, at + 10));
    if (answer.type !== 'held') throw new Error(`not held: ${answer.reason}`);
  }
  return people;
}

/** How the page names a seat in its messages, e.g. `row F seat 12`. */
export function spoken(seat: Seat | undefined): string {
  return `row ${seat?.row} seat ${seat?.number}`;
}
