/** What only an operator does: lets a partner in, and gives it its first key. */
import { Type } from 'typebox';
import type { Partner } from '../../../engine/catalog/model.ts';
import { makeKey } from '../../partners/partner-keys.ts';
import { theatreSecretOf } from '../../payments/theatre/theatre-secret.ts';
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

const ChangeShape = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    email: Type.Optional(Type.String({ minLength: 3, maxLength: 200 })),
    theatreSystem: Type.Optional(Type.Union([Type.String({ maxLength: 500 }), Type.Null()])),
    suspended: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, minProperties: 1 },
);

const all = ['catalog', 'sell', 'read', 'webhooks'] as const;

export function operatorPartnerRoutes(services: Services, theatreSecret: string): readonly Route[] {
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
        if (services.catalog.partner(body.id) !== undefined) {
          const sentence = `"${body.id}" is in already: change it, or give it another key.`;
          throw new ApiProblem(409, 'partnerExists', sentence);
        }
        const added = await services.decideCatalog({ type: 'addPartner', partner: body });
        if (added.type === 'refused') throw new ApiProblem(422, added.reason, added.text);
        const { key, text } = makeKey();
        const createdMs = services.clock.now();
        const made = { ...key, partner: body.id, name: 'first', scopes: all, createdMs };
        const keyed = await services.decideCatalog({ type: 'addPartnerKey', key: made });
        if (keyed.type === 'refused') throw new ApiProblem(409, keyed.reason, keyed.text);
        const secret = secretFor(body, theatreSecret);
        return { status: 201, json: { partner: body, key: text, ...secret } };
      },
    }),
    changePartnerRoute(services, theatreSecret),
  ];
}

/** What the theatre checks our calls with, for those that have a system of their own. */
function secretFor(
  { id, theatreSystem }: Pick<Partner, 'id' | 'theatreSystem'>,
  theatreSecret: string,
): { readonly theatreSecret?: string } {
  return theatreSystem === undefined ? {} : { theatreSecret: theatreSecretOf(theatreSecret, id) };
}

function changePartnerRoute(services: Services, theatreSecret: string): Route {
  return route({
    method: 'PATCH',
    path: '/api/v1/operator/partners/{partner}',
    id: 'changePartner',
    tag: 'Operators',
    summary: 'Change what is known of a partner, suspend it or let it in again',
    description:
      'Only what is given is changed. The keys of a suspended partner open nothing until it is ' +
      'let in again; what it has on sale goes on. A theatreSystem of null takes it away. With one, ' +
      'the answer has the secret that calls to it are signed with.',
    access: 'operator',
    params: Type.Object({ partner: Type.String({ minLength: 1, maxLength: 48 }) }),
    body: ChangeShape,
    secretAnswer: true,
    answers: { 200: { description: 'The partner as it is now.', schema: Anything } },
    example: { email: 'box@lux.example', suspended: false },
    handle: async ({ params, body }) => {
      const known = services.catalog.partner(params.partner);
      if (known === undefined) {
        const sentence = `There is no partner "${params.partner}".`;
        throw new ApiProblem(404, 'partnerNotFound', sentence);
      }
      const { theatreSystem, suspended, ...rest } = { ...known, ...body };
      const partner = {
        ...rest,
        ...(typeof theatreSystem === 'string' ? { theatreSystem } : {}),
        ...(suspended === true ? { suspended } : {}),
      };
      const changed = await services.decideCatalog({ type: 'addPartner', partner });
      if (changed.type === 'refused') throw new ApiProblem(422, changed.reason, changed.text);
      return { status: 200, json: { partner, ...secretFor(partner, theatreSecret) } };
    },
  });
}
