/**
 * Finds shows to load by browsing, as a person would: cities, their movies, the movies' shows.
 */
import { pack, unpack } from 'msgpackr';
import type { Trip } from './browse-connection.ts';
import { ask, connectUser } from './hello.ts';
import type { LoadShow } from './places.ts';
import type { RawClient } from './raw-client.ts';

const CITIES = 2;
const MOVIES = 3;
const SHOWS = 4;
const CITIES_FOUND = 33;
const MOVIES_FOUND = 34;
const SHOWS_FOUND = 35;

/** Shows that start sooner than this could close under the load. */
const SPARE_MS = 30 * 60_000;
/** Two seats at the least: the shared one and one to hold alone. */
const LEAST_SEATS = 2;

interface Named {
  readonly id: string;
}

interface FoundShow {
  readonly id: string;
  readonly seats: number;
  readonly onSaleAtMs: number;
  readonly startsAtMs: number;
}

interface FoundCinema {
  readonly shows: readonly FoundShow[];
}

/** A show that was found, with the way to it. */
type Found = LoadShow & Trip;

/**
 * `count` shows that are on sale, chosen by the seed from all there are.
 * @throws Error where there are fewer.
 */
export async function discoverShows(
  host: string,
  port: number,
  count: number,
  seed: number,
): Promise<readonly LoadShow[]> {
  const found = await discover(host, port, count, seed);
  return found.map(({ id, seats }) => ({ id, seats }));
}

/** As many ways from the cities to a show. @throws Error where there are fewer. */
export async function discoverTrips(
  host: string,
  port: number,
  count: number,
  seed: number,
): Promise<readonly Trip[]> {
  const found = await discover(host, port, count, seed);
  return found.map(({ city, movie, show }) => ({ city, movie, show }));
}

async function discover(
  host: string,
  port: number,
  count: number,
  seed: number,
): Promise<readonly Found[]> {
  const client = await connectUser(host, port);
  const now = Date.now();
  const found = new Map<string, Found>();
  try {
    for (const { id: city } of await browse<Named>(client, CITIES, CITIES_FOUND, [])) {
      for (const { id: movie } of await browse<Named>(client, MOVIES, MOVIES_FOUND, [city])) {
        const asked = [city, movie];
        for (const { shows } of await browse<FoundCinema>(client, SHOWS, SHOWS_FOUND, asked)) {
          for (const { id, seats, onSaleAtMs, startsAtMs } of shows) {
            const sells = onSaleAtMs <= now && startsAtMs > now + SPARE_MS;
            if (sells && seats >= LEAST_SEATS) found.set(id, { id, seats, city, movie, show: id });
          }
        }
      }
    }
  } finally {
    client.close();
  }
  if (found.size < count) throw new Error(`only ${found.size} shows are on sale, not ${count}`);
  const ids = [...found.keys()].sort();
  return shuffled(ids, seed)
    .slice(0, count)
    .flatMap((id) => found.get(id) ?? []);
}

/** One question of the catalogue; the answer's third element is its list. */
async function browse<Element>(
  client: RawClient,
  code: number,
  answerCode: number,
  fields: readonly string[],
): Promise<readonly Element[]> {
  const answer: unknown = unpack(await ask(client, pack([code, 'browse', ...fields])));
  if (!Array.isArray(answer) || answer[0] !== answerCode || !Array.isArray(answer[2])) {
    throw new Error(`message ${code} was answered with ${JSON.stringify(answer)}`);
  }
  return answer[2];
}

/** Fisher and Yates with a xorshift generator: the same seed gives the same order. */
function shuffled(ids: readonly string[], seed: number): readonly string[] {
  const order = [...ids];
  let random = (Math.imul(seed + 1, 0x9e3779b1) | 1) >>> 0;
  for (let last = order.length - 1; last > 0; last--) {
    random ^= random << 13;
    random ^= random >>> 17;
    random = (random ^ (random << 5)) >>> 0;
    const pick = random % (last + 1);
    const [a = '', b = ''] = [order[last], order[pick]];
    order[last] = b;
    order[pick] = a;
  }
  return order;
}
