/** A partner's shows: scheduled singly and repeatedly, opened, closed, cancelled [C4, S3]. */
import { Type } from 'typebox';
import type { ScheduledShow } from '../../../engine/catalog/model.ts';
import { planRepeated, planShow } from '../../partners/plan-shows.ts';
import type { Services } from '../../services/services.ts';
import { PageQuery, page } from '../api/page.ts';
import { ApiProblem, type Route, type RouteAnswer, route } from '../api/route.ts';
import { type Asked, askShow, decideFor, ownShow, partnerIn } from './partner-answers.ts';
import { Anything, RepeatedShowShape, ShowIdShape, ShowShape, Slug } from './shapes.ts';
import { standing } from './standing.ts';

const done = { 200: { description: 'As it stands now.', schema: Anything } };
const made = { 201: { description: 'On the schedule.', schema: Anything } };
const ofShow = Type.Object({ show: ShowIdShape });

export interface ShowRoutesSettings {
  /** Whether this deployment takes payments where a show does not say. */
  readonly takesPayments: boolean;
}

export function showRoutes(
  services: Services,
  { takesPayments }: ShowRoutesSettings,
): readonly Route[] {
  return [
    listShows(services),
    route({
      method: 'POST',
      path: '/api/v1/partner/shows',
      id: 'scheduleShow',
      tag: 'Shows',
      summary: 'Put a show on the schedule',
      access: 'partner',
      scope: 'catalog',
      body: ShowShape,
      answers: made,
      example: {
        hall: 'lux-1',
        movie: 'lux-tide',
        language: 'en',
        format: '2D',
        prices: { Front: 20_000, Back: 30_000 },
        day: '2031-05-02',
        time: '14:00',
      },
      handle: async (asked) => {
        ownHall(services, asked, asked.body.hall);
        const show = planShow(services.catalog, asked.body, takesPayments);
        await decideFor(services, asked, { type: 'scheduleShow', show });
        return { status: 201, json: show };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/partner/shows/repeated',
      id: 'scheduleShows',
      tag: 'Shows',
      summary: 'Put many shows on the schedule: weekdays × times of a range of days',
      description: 'All of them or none. `dryRun` says which they would be.',
      access: 'partner',
      scope: 'catalog',
      body: RepeatedShowShape,
      answers: { ...made, ...done },
      example: {
        hall: 'lux-1',
        movie: 'lux-tide',
        language: 'en',
        format: '2D',
        prices: { Front: 20_000, Back: 30_000 },
        fromDay: '2031-05-03',
        untilDay: '2031-05-09',
        weekdays: [6, 7],
        times: ['14:00', '18:30'],
        dryRun: true,
      },
      handle: async (asked) => {
        ownHall(services, asked, asked.body.hall);
        const shows = planRepeated(services.catalog, asked.body, takesPayments);
        const named = shows.map(({ id, terms }) => ({ id, startsAtMs: terms.startsAtMs }));
        if (asked.body.dryRun === true) return { status: 200, json: { shows: named } };
        await decideFor(services, asked, { type: 'scheduleShows', shows });
        return { status: 201, json: { shows: named } };
      },
    }),
    showRead(services),
    command(services, 'open', 'openSale', 'Open the sale now'),
    command(services, 'close', 'closeSale', 'Close the sale now'),
    cancelShow(services),
  ];
}

function listShows(services: Services): Route {
  const { catalog } = services;
  return route({
    method: 'GET',
    path: '/api/v1/partner/shows',
    id: 'listShows',
    tag: 'Shows',
    summary: 'Your shows',
    access: 'partner',
    scope: 'read',
    query: Type.Object({ ...PageQuery.properties, hall: Type.Optional(Slug) }),
    answers: done,
    handle: (asked) => {
      const partner = partnerIn(asked);
      const { hall } = asked.query;
      const own: ScheduledShow[] = [];
      for (const cinema of catalog.allCinemas()) {
        if (cinema.partner !== partner) continue;
        for (const id of catalog.hallsOf(cinema.id)) {
          if (hall === undefined || hall === id) own.push(...catalog.showsOfHall(id).all());
        }
      }
      return page(own, asked.query);
    },
  });
}

function showRead(services: Services): Route {
  return route({
    method: 'GET',
    path: '/api/v1/partner/shows/{show}',
    id: 'getShow',
    tag: 'Shows',
    summary: 'A show and how it stands: its phase, its seats, its line',
    access: 'partner',
    scope: 'read',
    params: ofShow,
    answers: done,
    handle: async (asked) => {
      const show = ownShow(services, asked, asked.params.show);
      const facts = services.catalog.show(show);
      return { status: 200, json: { ...facts, live: await standing(services, show) } };
    },
  });
}

function command(
  services: Services,
  verb: string,
  type: 'openSale' | 'closeSale',
  summary: string,
): Route {
  return route({
    method: 'POST',
    path: `/api/v1/partner/shows/{show}/${verb}`,
    id: `${verb}Show`,
    tag: 'Shows',
    summary,
    access: 'partner',
    scope: 'sell',
    params: ofShow,
    answers: done,
    handle: async (asked): Promise<RouteAnswer> => {
      const show = ownShow(services, asked, asked.params.show);
      await askShow(services, asked, { type, show });
      return { status: 200, json: await standing(services, show) };
    },
  });
}

function cancelShow(services: Services): Route {
  return route({
    method: 'POST',
    path: '/api/v1/partner/shows/{show}/cancel',
    id: 'cancelShow',
    tag: 'Shows',
    summary: 'Cancel a show: everything in it ends, and everybody who paid is refunded',
    description: '`dryRun` says what would end.',
    access: 'partner',
    scope: 'sell',
    params: ofShow,
    body: Type.Object({ dryRun: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
    answers: done,
    example: { dryRun: true },
    handle: async (asked) => {
      const show = ownShow(services, asked, asked.params.show);
      if (asked.body.dryRun === true) {
        return { status: 200, json: { dryRun: true, ends: await standing(services, show) } };
      }
      const { event } = await askShow(services, asked, { type: 'cancelShow', show });
      const refund = event.type === 'showCancelled' ? (event.refund ?? 0) : 0;
      return { status: 200, json: { refund, ...(await standing(services, show)) } };
    },
  });
}

/** @throws ApiProblem 404 for anybody else's hall, as for none. */
function ownHall({ catalog }: Services, asked: Asked, hall: string): void {
  const cinema = catalog.cinema(catalog.hall(hall)?.cinema ?? '');
  if (cinema?.partner === partnerIn(asked)) return;
  throw new ApiProblem(404, 'hallNotFound', `You have no hall "${hall}".`);
}
