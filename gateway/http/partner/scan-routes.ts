/** The door: a ticket's code is shown, and it is said whether to let its bearer in [B1]. */
import { Type } from 'typebox';
import { showId } from '../../../engine/ids.ts';
import type { Services } from '../../services/services.ts';
import type { ScanBook } from '../../tickets/scan-book.ts';
import { type Route, route } from '../api/route.ts';
import { Anything } from './shapes.ts';

export function scanRoutes({ catalog, clock }: Services, scans: ScanBook): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/partner/scans',
      id: 'scanTicket',
      tag: 'Door',
      summary: 'Scan a ticket: the first time it admits, then it says when it did',
      access: 'partner',
      scope: 'sell',
      body: Type.Object(
        {
          code: Type.String({ minLength: 1, maxLength: 1_000 }),
          gate: Type.Optional(Type.String({ maxLength: 64 })),
          /** Where given, tickets of other shows are not let in. */
          show: Type.Optional(Type.String({ maxLength: 24 })),
        },
        { additionalProperties: false },
      ),
      answers: { 200: { description: 'What became of it.', schema: Anything } },
      example: { code: 'VDF8.c2ln', gate: 'Main door' },
      handle: ({ body, principal }) => {
        const { code, gate = '', show: wanted } = body;
        const mayAdmit = (show: string) =>
          (wanted === undefined || wanted === show) &&
          (principal.type === 'operator' ||
            (principal.type === 'partner' &&
              catalog.partnerOfShow(showId(show)) === principal.partner));
        return { status: 200, json: scans.scan(code, gate, clock.now(), mayAdmit) };
      },
    }),
  ];
}
