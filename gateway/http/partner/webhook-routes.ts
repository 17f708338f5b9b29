/** Where a partner's own programs are told of bookings: listed, added, tried, removed [N1]. */
import { Type } from 'typebox';
import { newsTypes } from '../../notifications/partner-news.ts';
import { urlProblem } from '../../notifications/webhooks/webhook-address.ts';
import { MOST_WEBHOOKS, type WebhookTable } from '../../notifications/webhooks/webhook-book.ts';
import type { PingOutcome } from '../../notifications/webhooks/webhook-channel.ts';
import { PageQuery, page } from '../api/page.ts';
import { ApiProblem, type Route, route } from '../api/route.ts';
import { partnerIn } from './partner-answers.ts';
import { Anything } from './shapes.ts';

export interface WebhookRouteNeeds {
  readonly webhooks: WebhookTable;
  readonly allowLocal: boolean;
  /** Undefined where there is no such webhook. */
  ping(id: string): Promise<PingOutcome | undefined>;
}

/** Of all partners: each may wait for a server that does not answer. */
const MOST_PINGS = 16;

const params = Type.Object({ webhook: Type.String({ pattern: '^wh_[0-9a-f]{16}$' }) });
const common = { tag: 'Webhooks', access: 'partner', scope: 'webhooks' } as const;

const WebhookShape = Type.Object(
  {
    url: Type.String({ minLength: 1, maxLength: 2_048 }),
    /** All where it is left out. */
    events: Type.Optional(
      Type.Array(Type.Union(newsTypes.map((name) => Type.Literal(name))), {
        maxItems: newsTypes.length,
      }),
    ),
  },
  { additionalProperties: false },
);

export function webhookRoutes(needs: WebhookRouteNeeds): readonly Route[] {
  const { webhooks, allowLocal } = needs;
  return [
    pingRoute(needs),
    route({
      ...common,
      method: 'GET',
      path: '/api/v1/partner/webhooks',
      id: 'listWebhooks',
      summary: 'Your webhooks, without their secrets',
      query: PageQuery,
      answers: { 200: { description: 'The webhooks.', schema: Anything } },
      handle: (asked) => page(webhooks.list(partnerIn(asked)), asked.query),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/v1/partner/webhooks',
      id: 'createWebhook',
      summary: 'Be told of bookings, cancellations, refunds and the waiting line',
      description:
        'Each piece of news is sent by POST until you answer 2xx, in order, signed with the ' +
        'secret of this answer: usher-signature is v1= and the HMAC-SHA256 of usher-timestamp, ' +
        'a dot and the body. It can come more than once: usher-id is the same then.',
      body: WebhookShape,
      secretAnswer: true,
      answers: { 201: { description: 'The webhook and, once, its secret.', schema: Anything } },
      example: { url: 'https://example.org/usher', events: ['booking.created'] },
      handle: (asked) => {
        const { url, events = [] } = asked.body;
        const problem = urlProblem(url, allowLocal);
        if (problem !== undefined) throw new ApiProblem(422, 'invalidUrl', problem);
        const made = webhooks.add(partnerIn(asked), url, events);
        if (made !== undefined) return { status: 201, json: made };
        const sentence = `You have ${MOST_WEBHOOKS} webhooks, which is the most; remove one first.`;
        throw new ApiProblem(409, 'tooManyWebhooks', sentence);
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/api/v1/partner/webhooks/{webhook}/secret',
      id: 'rotateWebhookSecret',
      summary: 'Have a new secret; the old one signs beside it for a day',
      params,
      secretAnswer: true,
      answers: { 200: { description: 'The new secret, for the only time.', schema: Anything } },
      handle: (asked) => {
        const secret = webhooks.rotate(partnerIn(asked), asked.params.webhook);
        if (secret === undefined) throw notFound();
        return { status: 200, json: { id: asked.params.webhook, secret } };
      },
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/api/v1/partner/webhooks/{webhook}',
      id: 'deleteWebhook',
      summary: 'Be told no more, not even what is on its way',
      params,
      answers: { 204: { description: 'It is gone.' } },
      handle: (asked) => {
        if (!webhooks.remove(partnerIn(asked), asked.params.webhook)) throw notFound();
        return { status: 204 };
      },
    }),
  ];
}

function pingRoute({ webhooks, ping }: WebhookRouteNeeds): Route {
  let underWay = 0;
  return route({
    ...common,
    method: 'POST',
    path: '/api/v1/partner/webhooks/{webhook}/ping',
    id: 'pingWebhook',
    summary: 'Have a trial delivery, signed like any other, and be told what came of it',
    description: 'It is of the type `ping`, is sent once, at once, and waits 5 s for the answer.',
    params,
    answers: { 200: { description: 'Whether it was answered with 2xx.', schema: Anything } },
    handle: async (asked) => {
      const { webhook } = asked.params;
      const isOwn = webhooks.list(partnerIn(asked)).some(({ id }) => id === webhook);
      if (!isOwn) throw notFound();
      if (underWay >= MOST_PINGS) {
        const sentence = 'Too many trial deliveries are under way; ask again in a moment.';
        throw new ApiProblem(429, 'rateLimited', sentence, {}, { 'retry-after': '5' });
      }
      underWay++;
      try {
        const outcome = await ping(webhook);
        if (outcome === undefined) throw notFound();
        return { status: 200, json: { webhook, ...outcome } };
      } finally {
        underWay--;
      }
    },
  });
}

function notFound(): ApiProblem {
  return new ApiProblem(404, 'webhookNotFound', 'You have no such webhook.');
}
