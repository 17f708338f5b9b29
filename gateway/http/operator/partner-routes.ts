/** What only an operator does: lets a partner in, and gives it its first key. */
import { Type } from 'typebox';
import { makeKey } from '../../partners/partner-keys.ts';
import type { Services } from '../../services/services.ts';
import { PageQuery, page } from '../api/page.ts';
import { ApiProblem, type Route, route } from '../api/route.ts';
import { Anything } from '../partner/shapes.ts';

const PartnerShape = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9]{2,16}$' }),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    email: Type.String({ minLength: 3, maxLength: 200 }),
    theatreSystem: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
);

const all = ['catalog', 'sell', 'read', 'webhooks'] as const;

export function operatorPartnerRoutes(services: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/operator/partners',
      id: 'listPartners',
      tag: 'Operators',
      summary: 'All partners',
      access: 'operator',
      query: PageQuery,
      answers: { 200: { description: 'The partners.', schema: Anything } },
      handle: ({ query }) => page(services.catalog.allPartners(), query),
    }),
    route({
      method: 'POST',
      path: '/api/v1/operator/partners',
      id: 'addPartner',
      tag: 'Operators',
      summary: 'Let a partner in; its first key is in the answer, and nowhere else',
      access: 'operator',
      body: PartnerShape,
      secretAnswer: true,
      answers: { 201: { description: 'The partner and its key.', schema: Anything } },
      example: { id: 'lux', name: 'Lux Cinemas', email: 'box@lux.example' },
      handle: async ({ body }) => {
        const added = await services.decideCatalog({ type: 'addPartner', partner: body });
        if (added.type === 'refused') throw new ApiProblem(422, added.reason, added.text);
        const { key, text } = makeKey();
        const createdMs = services.clock.now();
        const made = { ...key, partner: body.id, name: 'first', scopes: all, createdMs };
        const keyed = await services.decideCatalog({ type: 'addPartnerKey', key: made });
        if (keyed.type === 'refused') throw new ApiProblem(409, keyed.reason, keyed.text);
        return { status: 201, json: { partner: body, key: text } };
      },
    }),
  ];
}
