/** A partner's cinemas, halls and movies [C2, C3]. */
import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { layoutId } from '../../../engine/ids.ts';
import { type Layout, seatCount } from '../../../engine/show/seats/layout.ts';
import { HallProblem } from '../../partners/halls/plan-reader.ts';
import { exportPretix } from '../../partners/halls/pretix-export.ts';
import { type ImportedHall, importPretix } from '../../partners/halls/pretix-import.ts';
import { exportTextGrid, importTextGrid } from '../../partners/halls/text-grid.ts';
import type { Services } from '../../services/services.ts';
import { PageQuery, page } from '../api/page.ts';
import { ApiProblem, type Route, route } from '../api/route.ts';
import { type Asked, decideFor, partnerIn } from './partner-answers.ts';
import { Anything, CinemaShape, CityShape, HallShape, MovieShape, Slug } from './shapes.ts';

const HALL_LIMIT_BYTES = 2 * 1024 * 1024;
const done = { 200: { description: 'As it stands now.', schema: Anything } };
const writes = { access: 'partner', scope: 'catalog' } as const;

export function catalogRoutes(services: Services): readonly Route[] {
  return [
    ...placeRoutes(services),
    ...hallRoutes(services),
    ...planRoutes(services),
    ...movieRoutes(services),
  ];
}

function placeRoutes(services: Services): readonly Route[] {
  const { catalog } = services;
  return [
    route({
      method: 'PUT',
      path: '/api/v1/partner/cities/{city}',
      id: 'putCity',
      tag: 'Places',
      summary: 'Add a city, if it is not there yet',
      ...writes,
      params: Type.Object({ city: Slug }),
      body: CityShape,
      answers: done,
      example: {
        id: 'nagpur',
        name: 'Nagpur',
        country: 'IN',
        timeZone: 'Asia/Kolkata',
        currency: 'INR',
      },
      handle: async (asked) => {
        sameId(asked.params.city, asked.body.id);
        checkTimeZone(asked.body.timeZone);
        await decideFor(services, asked, { type: 'addCity', city: asked.body });
        return { status: 200, json: catalog.city(asked.body.id) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/partner/cinemas',
      id: 'listCinemas',
      tag: 'Places',
      summary: 'Your cinemas',
      access: 'partner',
      scope: 'read',
      query: PageQuery,
      answers: done,
      handle: (asked) => {
        const partner = partnerIn(asked);
        const own = [...catalog.allCinemas()].filter((cinema) => cinema.partner === partner);
        return page(own, asked.query);
      },
    }),
    route({
      method: 'PUT',
      path: '/api/v1/partner/cinemas/{cinema}',
      id: 'putCinema',
      tag: 'Places',
      summary: 'Add or change a cinema',
      ...writes,
      params: Type.Object({ cinema: Slug }),
      body: CinemaShape,
      answers: done,
      example: { id: 'lux-main', city: 'pune', name: 'Lux Main', address: '1 Bund Road' },
      handle: async (asked) => {
        sameId(asked.params.cinema, asked.body.id);
        await decideFor(services, asked, { type: 'addCinema', cinema: asked.body });
        return { status: 200, json: catalog.cinema(asked.body.id) };
      },
    }),
  ];
}

/** @throws ApiProblem 404 for anybody else's hall, as for none. */
function ownLayout({ catalog }: Services, asked: Asked, id: string): Layout {
  const hall = catalog.hall(id);
  const cinema = catalog.cinema(hall?.cinema ?? '');
  const layout = hall === undefined ? undefined : catalog.layout(hall.layout);
  if (cinema?.partner === partnerIn(asked) && layout !== undefined) return layout;
  throw new ApiProblem(404, 'hallNotFound', 'You have no such hall.');
}

function hallRoutes(services: Services): readonly Route[] {
  const { catalog } = services;
  return [
    route({
      method: 'GET',
      path: '/api/v1/partner/halls',
      id: 'listHalls',
      tag: 'Halls',
      summary: 'Your halls',
      access: 'partner',
      scope: 'read',
      query: PageQuery,
      answers: done,
      handle: (asked) => {
        const partner = partnerIn(asked);
        const own = [...catalog.allCinemas()].filter((cinema) => cinema.partner === partner);
        const halls = own.flatMap(({ id }) => [...catalog.hallsOf(id)]);
        return page(
          halls.flatMap((id) => {
            const hall = catalog.hall(id);
            return hall === undefined ? [] : [{ ...hall, seats: catalog.seatsIn(hall.layout) }];
          }),
          asked.query,
        );
      },
    }),
    route({
      method: 'PUT',
      path: '/api/v1/partner/halls/{hall}',
      id: 'putHall',
      tag: 'Halls',
      summary: 'Add a hall, or give it another plan',
      description:
        'The plan is pretix’s seating-plan JSON (`plan`) or a drawing (`grid` with `tiers`). ' +
        'Shows keep the plan that they were scheduled with [C3].',
      ...writes,
      params: Type.Object({ hall: Slug }),
      body: HallShape,
      bodyLimitBytes: HALL_LIMIT_BYTES,
      answers: done,
      example: {
        id: 'lux-1',
        cinema: 'lux-main',
        name: 'Screen 1',
        grid: 'A: aaaa..aaaa\nB: bbbbbbbbbb\n',
        tiers: ['Front', 'Back'],
      },
      handle: async (asked) => {
        const { id, cinema, name } = asked.body;
        sameId(asked.params.hall, id);
        const { layout, notes } = planOf(partnerIn(asked), asked.body);
        await decideFor(services, asked, { type: 'addLayout', layout });
        const hall = { id, cinema, name, layout: layout.id };
        await decideFor(services, asked, { type: 'addHall', hall });
        const { tiers } = layout;
        return { status: 200, json: { ...hall, seats: seatCount(layout), tiers, notes } };
      },
    }),
  ];
}

function planRoutes(services: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/partner/halls/{hall}/plan',
      id: 'exportHall',
      tag: 'Halls',
      summary: 'A hall’s plan as seating-plan JSON',
      access: 'partner',
      scope: 'read',
      params: Type.Object({ hall: Slug }),
      answers: done,
      handle: (asked) => ({
        status: 200,
        json: exportPretix(ownLayout(services, asked, asked.params.hall)),
      }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/partner/halls/{hall}/grid',
      id: 'drawHall',
      tag: 'Halls',
      summary: 'A hall’s plan as a drawing in text',
      access: 'partner',
      scope: 'read',
      params: Type.Object({ hall: Slug }),
      answers: { 200: { description: 'The drawing.', contentType: 'text/plain' } },
      handle: (asked) => {
        const text = exportTextGrid(ownLayout(services, asked, asked.params.hall));
        if (text === undefined) {
          const sentence = 'Its rows are not straight; take the plan instead.';
          throw new ApiProblem(409, 'notDrawable', sentence);
        }
        return { status: 200, bytes: Buffer.from(text), contentType: 'text/plain; charset=utf-8' };
      },
    }),
  ];
}

function movieRoutes(services: Services): readonly Route[] {
  const { catalog } = services;
  return [
    route({
      method: 'GET',
      path: '/api/v1/partner/movies',
      id: 'listMovies',
      tag: 'Movies',
      summary: 'Movies that you may show: your own, and those that anybody may',
      access: 'partner',
      scope: 'read',
      query: PageQuery,
      answers: done,
      handle: (asked) => {
        const partner = partnerIn(asked);
        const own = [...catalog.allMovies()].filter(
          (movie) => movie.partner === undefined || movie.partner === partner,
        );
        return page(own, asked.query);
      },
    }),
    route({
      method: 'PUT',
      path: '/api/v1/partner/movies/{movie}',
      id: 'putMovie',
      tag: 'Movies',
      summary: 'Add or change a movie',
      ...writes,
      params: Type.Object({ movie: Slug }),
      body: MovieShape,
      answers: done,
      example: {
        id: 'lux-tide',
        title: 'The Long Tide',
        minutes: 104,
        languages: ['en'],
        genres: ['drama'],
        rating: '12+',
        synopsis: 'A boat comes in.',
      },
      handle: async (asked) => {
        sameId(asked.params.movie, asked.body.id);
        await decideFor(services, asked, { type: 'addMovie', movie: asked.body });
        return { status: 200, json: catalog.movie(asked.body.id) };
      },
    }),
  ];
}

/** Named after its content: the same plan again is the same layout, a changed one another. */
function planOf(
  partner: string,
  { name, plan, grid, tiers }: { name: string; plan?: unknown; grid?: string; tiers?: string[] },
): ImportedHall {
  const hash = createHash('sha256').update(JSON.stringify([name, plan, grid, tiers]));
  const id = layoutId(`${partner}-${hash.digest('hex').slice(0, 16)}`);
  try {
    if (plan !== undefined && grid === undefined) return importPretix(plan, id);
    if (grid !== undefined && plan === undefined) {
      const layout = importTextGrid(grid, { id, name, tiers: tiers ?? ['Standard'] });
      return { layout, notes: [] };
    }
  } catch (error) {
    if (!(error instanceof HallProblem)) throw error;
    throw new ApiProblem(422, 'invalidPlan', `${error.place}: ${error.message}`, {
      pointer: error.place,
    });
  }
  throw new ApiProblem(422, 'planMissing', 'Give either "plan" or "grid".');
}

function sameId(inPath: string, inBody: string): void {
  if (inPath === inBody) return;
  throw new ApiProblem(422, 'idDiffers', `The path says "${inPath}", the body "${inBody}".`);
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    const sentence = `"${timeZone}" is no IANA time zone, e.g. "Asia/Kolkata".`;
    throw new ApiProblem(422, 'invalidTimeZone', sentence);
  }
}
