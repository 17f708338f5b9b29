/** A partner's shows as they change, by long polling; the WebSocket at the same path asks here. */
import { type TSchema, Type } from 'typebox';
import type { ShowId } from '../../../engine/ids.ts';
import { LiveBoard, type Sales } from '../../partners/live-board.ts';
import type { Services } from '../../services/services.ts';
import { ApiProblem, type Route, route } from '../api/route.ts';
import { partnerIn } from './partner-answers.ts';
import { standingOf } from './standing.ts';

const LONGEST_WAIT_S = 25;
const MOST_POLLS_OF_ONE = 16;
const MOST_POLLS = 200;

const Whole = Type.Integer({ minimum: 0 });
const News: TSchema = Type.Object({
  since: Type.Integer({ description: 'Give it with the next request.' }),
  shows: Type.Array(
    Type.Object({
      show: Type.String(),
      startsAtMs: Type.Integer(),
      phase: Type.String(),
      free: Whole,
      held: Whole,
      booked: Whole,
      blocked: Whole,
      waiting: Whole,
      sales: Type.Object({
        bookings: Whole,
        tickets: Whole,
        revenue: Type.Integer({ description: 'In the minor unit.' }),
        currency: Type.String(),
      }),
    }),
  ),
});

export function liveRoutes(services: Services): readonly Route[] {
  const board = new LiveBoard({
    catalog: services.catalog,
    nowMs: () => services.clock.now(),
    standing: (show) => standingOf(services, show),
    sales: (show) => salesOf(services, show),
  });
  const polls = new Map<string, number>();
  return [
    route({
      method: 'GET',
      path: '/api/v1/partner/live',
      id: 'livePartner',
      tag: 'Reports',
      summary: 'Your shows as they change: seats by state, the line, what is sold',
      description:
        'Answers as soon as anything differs from what `since` has seen, or after `wait` seconds ' +
        'with no shows. The 100 soonest shows, each at most twice a second, with its newest state ' +
        'alone. As a WebSocket at the same path: send {"type":"hello","key":"…"} first (or the ' +
        'header Authorization), optionally with `since`; each message is then {"type":"shows",…} ' +
        'with what this answers.',
      access: 'partner',
      scope: 'read',
      query: Type.Object({
        since: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
        wait: Type.Optional(Type.Integer({ minimum: 0, maximum: LONGEST_WAIT_S })),
      }),
      answers: { 200: { description: 'What has changed.', schema: News } },
      handle: async (asked) => {
        const partner = partnerIn(asked);
        const { since = 0, wait = 0 } = asked.query;
        const own = polls.get(partner) ?? 0;
        if (own >= MOST_POLLS_OF_ONE || board.waiting >= MOST_POLLS) {
          const sentence = 'Too many requests wait for news; take the answers of those first.';
          throw new ApiProblem(429, 'rateLimited', sentence, {}, { 'retry-after': '5' });
        }
        polls.set(partner, own + 1);
        try {
          return { status: 200, json: await board.news(partner, since, wait * 1_000) };
        } finally {
          const left = (polls.get(partner) ?? 1) - 1;
          if (left === 0) polls.delete(partner);
          else polls.set(partner, left);
        }
      },
    }),
  ];
}

function salesOf({ db, catalog }: Services, show: ShowId): Sales {
  const currency = catalog.show(show)?.terms.currency ?? '';
  const sums = db
    .prepare<[string], Omit<Sales, 'currency'>>(
      `SELECT count(*) AS bookings, coalesce(sum(tickets), 0) AS tickets,
              coalesce(sum(total), 0) AS revenue
       FROM p_bookings WHERE show = ? AND state = 'booked'`,
    )
    .get(show);
  return { bookings: 0, tickets: 0, revenue: 0, ...sums, currency };
}
