/** What operators see of any show and do to it, whoever's it is. */
import { Type } from 'typebox';
import { type ShowId, showId } from '../../../engine/ids.ts';
import type { Services } from '../../services/services.ts';
import { ApiProblem, type Route, route } from '../api/route.ts';
import { askShow } from '../partner/partner-answers.ts';
import { Anything, ShowIdShape } from '../partner/shapes.ts';
import { standing } from '../partner/standing.ts';

const ofShow = Type.Object({ show: ShowIdShape });
const done = { 200: { description: 'As it stands now.', schema: Anything } };

export function operatorShowRoutes(services: Services): readonly Route[] {
  const verbs = [
    ['open', 'openSale', 'Open a sale now'],
    ['close', 'closeSale', 'Close a sale now'],
    ['cancel', 'cancelShow', 'Cancel a show: all in it ends, all who paid are refunded'],
  ] as const;
  return [
    route({
      method: 'GET',
      path: '/api/v1/operator/shows/{show}',
      id: 'showStatus',
      tag: 'Operators',
      summary: 'How a show stands',
      access: 'operator',
      params: ofShow,
      answers: done,
      handle: async ({ params }) => {
        const show = known(services, params.show);
        const { terms, hall, movie } = services.catalog.show(show) ?? {};
        const startsAtMs = terms?.startsAtMs;
        const live = await standing(services, show);
        return { status: 200, json: { show, hall, movie, startsAtMs, live } };
      },
    }),
    ...verbs.map(([verb, type, summary]) =>
      route({
        method: 'POST',
        path: `/api/v1/operator/shows/{show}/${verb}`,
        id: `${verb}AnyShow`,
        tag: 'Operators',
        summary,
        access: 'operator',
        params: ofShow,
        answers: done,
        handle: async (asked) => {
          const show = known(services, asked.params.show);
          await askShow(services, asked, { type, show });
          return { status: 200, json: await standing(services, show) };
        },
      }),
    ),
  ];
}

function known({ catalog }: Services, id: string): ShowId {
  const show = showId(id);
  if (catalog.show(show) !== undefined) return show;
  throw new ApiProblem(404, 'showNotFound', `There is no show "${id}".`);
}
