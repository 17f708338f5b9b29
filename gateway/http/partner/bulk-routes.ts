/** What a partner does to many seats at once: blocks them, books them, cancels them [B3]. */
import { Type } from 'typebox';
import { type BookingRef, bookingRef, type ShowId, userId } from '../../../engine/ids.ts';
import type { HouseCommand } from '../../../engine/show/command.ts';
import type { HouseAnswer } from '../../services/house-desk.ts';
import type { Services } from '../../services/services.ts';
import { rejectionText } from '../../wire/rejection-texts.ts';
import { type Route, route } from '../api/route.ts';
import { type Asked, askShow, houseRequestId, ownShow, partnerIn } from './partner-answers.ts';
import { Anything, Seats, ShowIdShape } from './shapes.ts';
import { standing } from './standing.ts';

const done = { 200: { description: 'What became of it.', schema: Anything } };
const BULK_LIMIT_BYTES = 2 * 1024 * 1024;
const ofShow = Type.Object({ show: ShowIdShape });
const SeatsBody = Type.Object({ seats: Seats }, { additionalProperties: false });
const Reference = Type.String({ pattern: '^[A-Z0-9-]{5,40}$' });

const BookBody = Type.Object(
  {
    parts: Type.Array(
      Type.Object({ show: ShowIdShape, seats: Seats }, { additionalProperties: false }),
      { minItems: 1, maxItems: 100 },
    ),
    dryRun: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

const CancelBody = Type.Object(
  {
    parts: Type.Array(
      Type.Object(
        {
          show: ShowIdShape,
          bookings: Type.Array(Reference, { minItems: 1, maxItems: 10_000 }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 100 },
    ),
    dryRun: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export function bulkRoutes(services: Services): readonly Route[] {
  return [
    seats(services, 'block', 'Take free seats out of the sale'),
    seats(services, 'unblock', 'Put blocked seats back into the sale'),
    route({
      method: 'POST',
      path: '/api/v1/partner/bookings',
      id: 'bookInBulk',
      tag: 'Bulk',
      summary: 'Book blocks of any size, in one show or many',
      description:
        'All or nothing in each show; what became of each is said. `dryRun` changes nothing and ' +
        'says how each would end as things stand.',
      access: 'partner',
      scope: 'sell',
      body: BookBody,
      bodyLimitBytes: BULK_LIMIT_BYTES,
      answers: done,
      example: { parts: [{ show: '0v1xy2', seats: [0, 1] }], dryRun: true },
      handle: async (asked) => {
        const owner = userId(`partner:${partnerIn(asked)}`);
        const parts = asked.body.parts.map(({ show, seats: wanted }) => {
          return { show: ownShow(services, asked, show), seats: wanted };
        });
        if (asked.body.dryRun === true) {
          const looks = parts.map((part) => lookAt(services, part.show, part.seats));
          return { status: 200, json: { dryRun: true, parts: await Promise.all(looks) } };
        }
        const outcomes = parts.map(async ({ show, seats: wanted }, index) =>
          tellOf(show, await ask(services, asked, index, bookCommand(show, owner, wanted))),
        );
        return { status: 200, json: { parts: await Promise.all(outcomes) } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/partner/cancellations',
      id: 'cancelInBulk',
      tag: 'Bulk',
      summary: 'Cancel bookings, in one show or many',
      description: 'All or nothing in each show; everybody concerned is refunded and told.',
      access: 'partner',
      scope: 'sell',
      body: CancelBody,
      bodyLimitBytes: BULK_LIMIT_BYTES,
      answers: done,
      example: { parts: [{ show: '0v1xy2', bookings: ['0V1XY2-004'] }], dryRun: true },
      handle: async (asked) => {
        const parts = asked.body.parts.map(({ show, bookings }) => {
          const own = ownShow(services, asked, show);
          return { show: own, bookings: bookings.map(bookingRef) };
        });
        if (asked.body.dryRun === true) {
          const looks = parts.map(async ({ show, bookings }) => {
            return { show, bookings: bookings.length, ...(await standing(services, show)) };
          });
          return { status: 200, json: { dryRun: true, parts: await Promise.all(looks) } };
        }
        const outcomes = parts.map(async ({ show, bookings }, index) =>
          tellOf(show, await ask(services, asked, index, cancelCommand(show, bookings))),
        );
        return { status: 200, json: { parts: await Promise.all(outcomes) } };
      },
    }),
  ];
}

function bookCommand(
  show: ShowId,
  owner: ReturnType<typeof userId>,
  seats: readonly number[],
): HouseCommand {
  return { type: 'bookSeats', show, owner, seats };
}

function cancelCommand(show: ShowId, bookings: readonly BookingRef[]): HouseCommand {
  return { type: 'cancelBookings', show, bookings };
}

function ask(
  services: Services,
  asked: Asked,
  index: number,
  command: HouseCommand,
): Promise<HouseAnswer> {
  return services.house.ask(command, houseRequestId(asked, `${command.show} ${index}`));
}

/** What became of one show's part: each stands alone [B3]. */
function tellOf(show: ShowId, answer: HouseAnswer): object {
  switch (answer.type) {
    case 'accepted': {
      const { event, seq } = answer;
      if (event.type === 'seatsBooked') {
        const { booking, seats, prices } = event;
        const total = prices.reduce((sum, price) => sum + price, 0);
        return { show, outcome: 'booked', booking, seats: seats.length, total, seq };
      }
      return { show, outcome: 'cancelled', seq };
    }
    case 'rejected': {
      const { type: _type, reason, ...details } = answer;
      return { show, outcome: 'refused', code: reason, detail: rejectionText(answer), details };
    }
    case 'failed':
      return { show, outcome: 'unknown', code: answer.reason };
  }
}

/** Which of the seats could be had now. */
async function lookAt(services: Services, show: ShowId, seats: readonly number[]): Promise<object> {
  const view = await services.house.view(show);
  const taken = seats.filter((seat) => {
    return (((view?.seats[seat >> 2] ?? 255) >> ((seat & 3) * 2)) & 3) !== 0;
  });
  const isWaiting = (view?.waiting ?? 0) > 0;
  const would = taken.length === 0 && !isWaiting && view?.phase === 'onSale';
  return { show, would: would ? 'book' : 'refuse', taken, waiting: view?.waiting ?? 0 };
}

function seats(services: Services, type: 'block' | 'unblock', summary: string): Route {
  return route({
    method: 'POST',
    path: `/api/v1/partner/shows/{show}/${type}`,
    id: `${type}Seats`,
    tag: 'Bulk',
    summary,
    access: 'partner',
    scope: 'sell',
    params: ofShow,
    body: SeatsBody,
    bodyLimitBytes: BULK_LIMIT_BYTES,
    answers: done,
    example: { seats: [0, 1] },
    handle: async (asked) => {
      const show = ownShow(services, asked, asked.params.show);
      await askShow(services, asked, { type, show, seats: asked.body.seats });
      return { status: 200, json: await standing(services, show) };
    },
  });
}
