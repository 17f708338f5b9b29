/** Browsing by plain GETs, for scripts, crawlers and caches: the same answers as the socket's. */
import { type TObject, type TSchema, Type } from 'typebox';
import type { Browse } from '../../../engine/catalog/browse.ts';
import { type RequestId, showId } from '../../../engine/ids.ts';
import type { Clock } from '../../../engine/shard/host.ts';
import { kindSchemas } from '../../documents/kind-schemas.ts';
import { answerBrowse } from '../../sockets/answer-browse.ts';
import { ApiProblem, type Route, type RouteAnswer, route } from '../api/route.ts';

const TAG = 'Browsing';
const KEEP = 'public, max-age=5';
const requestId = 'browse' as RequestId;

const Slug = Type.String({ pattern: '^[a-z0-9-]{1,64}$' });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'In the city.' });
const Words = Type.String({ minLength: 1, maxLength: 100 });

export interface BrowseParts {
  readonly browse: Browse;
  readonly clock: Clock;
}

/** `parts` is undefined where the routes are only described. */
export function browseRoutes(parts: BrowseParts | undefined): readonly Route[] {
  return [listCities(parts), listMovies(parts), listShows(parts), readShow(parts)];
}

function listCities(parts: BrowseParts | undefined): Route {
  return route({
    ...read('/api/v1/cities', 'browseCities', 'Cities that have cinemas'),
    answers: found('cities', kindSchemas.cities),
    handle: () => answer(parts, { type: 'cities', requestId }),
  });
}

function listMovies(parts: BrowseParts | undefined): Route {
  return route({
    ...read('/api/v1/cities/{city}/movies', 'browseMovies', 'Movies showing in a city'),
    params: Type.Object({ city: Slug }),
    query: Type.Object({
      language: Type.Optional(Slug),
      genre: Type.Optional(Words),
      date: Type.Optional(Day),
      text: Type.Optional(Words),
    }),
    answers: { ...found('movies', kindSchemas.movies), ...none },
    handle({ params, query }) {
      const { language = null, genre = null, date = null, text = null } = query;
      const { city } = params;
      return answer(parts, { type: 'movies', requestId, city, language, genre, date, text });
    },
  });
}

function listShows(parts: BrowseParts | undefined): Route {
  return route({
    ...read(
      '/api/v1/cities/{city}/movies/{movie}/shows',
      'browseShows',
      "Cinemas that run a movie, with its shows' times and prices",
    ),
    params: Type.Object({ city: Slug, movie: Slug }),
    query: Type.Object({ date: Type.Optional(Day) }),
    answers: { ...found('cinemas', kindSchemas.cinemaShows), ...none },
    handle({ params, query }) {
      const { date = null } = query;
      return answer(parts, { type: 'shows', requestId, ...params, date });
    },
  });
}

function readShow(parts: BrowseParts | undefined): Route {
  return route({
    ...read('/api/v1/shows/{show}', 'browseShow', "A show's facts, terms and seat plan"),
    params: Type.Object({ show: Type.String({ pattern: '^[a-z0-9-]{1,24}$' }) }),
    answers: { ...found('details', kindSchemas.showDetails), ...none },
    handle: ({ params }) => answer(parts, { type: 'show', requestId, show: showId(params.show) }),
  });
}

function read(path: string, id: string, summary: string) {
  return { method: 'GET', path, id, tag: TAG, summary, access: 'anyone' } as const;
}

function found(name: string, schema: TSchema): Route['answers'] {
  const body: TObject = Type.Object({ [name]: schema });
  return { 200: { description: 'As it is just now; may be kept for 5 s.', schema: body } };
}

const none: Route['answers'] = { 404: { description: 'There is nothing by that name.' } };

function answer(
  parts: BrowseParts | undefined,
  message: Parameters<typeof answerBrowse>[1],
): RouteAnswer {
  if (parts === undefined) throw new Error('these routes are only described here');
  const answered = answerBrowse(parts.browse, message, parts.clock.now());
  if (answered === undefined) {
    throw new ApiProblem(
      404,
      'notFound',
      'There is nothing by that name; start at /api/v1/cities.',
    );
  }
  const {
    type: _type,
    requestId: _id,
    ...json
  } = answered as typeof answered & {
    readonly requestId: unknown;
  };
  return { status: 200, json, headers: { 'cache-control': KEEP } };
}
