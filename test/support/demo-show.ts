/** Finds a show of the demo to test with: by its size, on sale, and far enough from its start. */
import type { ShowId } from '../../engine/ids.ts';
import { seatCount } from '../../engine/show/seats/layout.ts';
import type { Down } from '../../gateway/wire/message-types.ts';
import type { RawSocket } from './raw-socket.ts';

/** Holds must not lapse and sale must not close while a test runs. */
const STARTS_IN_AT_LEAST_MS = 30 * 60_000;

export interface DemoShow {
  readonly id: ShowId;
  readonly seats: number;
  readonly details: Down<'showFound'>['details'];
}

/**
 * A show with exactly this many seats: 60, 72, 96, 144, 180, 220, 320, 420 or 600. `skip` shows
 * that fit are passed over, for tests that share a server and must not meet.
 */
export async function findShow(raw: RawSocket, seats: number, skip = 0): Promise<DemoShow> {
  let left = skip;
  const nowMs = Date.now();
  const { cities } = await raw.ask({ type: 'cities', requestId: raw.nextId() }, 'citiesFound');
  for (const city of cities) {
    const none = { language: null, genre: null, date: null, text: null };
    const asked = { type: 'movies', requestId: raw.nextId(), city: city.id, ...none } as const;
    const { movies } = await raw.ask(asked, 'moviesFound');
    for (const movie of movies) {
      const query = { city: city.id, movie: movie.id, date: null };
      const found = await raw.ask(
        { type: 'shows', requestId: raw.nextId(), ...query },
        'showsFound',
      );
      for (const show of found.cinemas.flatMap((each) => each.shows)) {
        const soon = show.startsAtMs < nowMs + STARTS_IN_AT_LEAST_MS;
        if (show.seats !== seats || soon || show.onSaleAtMs > nowMs || left-- > 0) continue;
        const { details } = await raw.ask(
          { type: 'show', requestId: raw.nextId(), show: show.id },
          'showFound',
        );
        return { id: show.id, seats: seatCount(details.layout), details };
      }
    }
  }
  throw new Error(`the demo has no show of ${seats} seats to come`);
}
