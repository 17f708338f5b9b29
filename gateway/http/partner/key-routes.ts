/** A partner's own keys: listed, made, rotated, revoked [C2]. */
import { Type } from 'typebox';
import { makeKey } from '../../partners/partner-keys.ts';
import type { Services } from '../../services/services.ts';
import { PageQuery, page } from '../api/page.ts';
import { type Route, route } from '../api/route.ts';
import { decideFor, partnerIn } from './partner-answers.ts';
import { Anything, KeyShape } from './shapes.ts';

const answers = { 200: { description: 'The keys, without their secrets.', schema: Anything } };

export function keyRoutes(services: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/partner/keys',
      id: 'listKeys',
      tag: 'Keys',
      summary: 'Your keys, without their secrets',
      access: 'partner',
      scope: 'catalog',
      query: PageQuery,
      answers,
      handle: (asked) => {
        const keys = services.catalog.keysOf(partnerIn(asked));
        return page(
          keys.map(({ hash: _hash, partner: _partner, ...key }) => key),
          asked.query,
        );
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/partner/keys',
      id: 'createKey',
      tag: 'Keys',
      summary: 'Make another key',
      description: 'Its text is in this answer and nowhere else. A key has no more than it needs.',
      access: 'partner',
      scope: 'catalog',
      body: KeyShape,
      secretAnswer: true,
      answers: { 201: { description: 'The key, for the only time.', schema: Anything } },
      example: { name: 'box office', scopes: ['sell', 'read'] },
      handle: async (asked) => {
        const { key, text } = makeKey();
        const { name, scopes } = asked.body;
        const createdMs = services.clock.now();
        const partner = partnerIn(asked);
        const made = { ...key, partner, name, scopes: [...new Set(scopes)], createdMs };
        await decideFor(services, asked, { type: 'addPartnerKey', key: made });
        return { status: 201, json: { id: key.id, name, scopes, key: text } };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/partner/keys/{key}',
      id: 'revokeKey',
      tag: 'Keys',
      summary: 'Revoke a key, at once and for good',
      access: 'partner',
      scope: 'catalog',
      params: Type.Object({ key: Type.String({ pattern: '^[0-9a-f]{12}$' }) }),
      answers: { 204: { description: 'It opens nothing any more.' } },
      handle: async (asked) => {
        await decideFor(services, asked, { type: 'revokePartnerKey', key: asked.params.key });
        return { status: 204 };
      },
    }),
  ];
}
