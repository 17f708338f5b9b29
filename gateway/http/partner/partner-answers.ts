/** What all partner routes have in common: whose request it is, refusals as problems, pages. */

import { createHash, randomUUID } from 'node:crypto';
import type { PartnerCommand } from '../../../engine/catalog/commands.ts';
import type { CatalogEvent } from '../../../engine/catalog/model.ts';
import { type RequestId, requestId, type ShowId, showId } from '../../../engine/ids.ts';
import type { HouseCommand } from '../../../engine/show/command.ts';
import type { HouseAnswer } from '../../services/house-desk.ts';
import type { Services } from '../../services/services.ts';
import { rejectionText } from '../../wire/rejection-texts.ts';
import { ApiProblem, type ApiRequest, type Principal } from '../api/route.ts';

/** Routes for partners have one; an operator says in whose name with a header. */
export function partnerIn({ principal, request }: Asked): string {
  if (principal.type === 'partner') return principal.partner;
  const named = request.headers['usher-partner'];
  if (principal.type === 'operator' && named !== undefined) return named;
  throw new ApiProblem(400, 'partnerMissing', 'Say whose with the header Usher-Partner.');
}

export interface Asked {
  readonly principal: Principal;
  readonly request: ApiRequest;
}

/** Decides for the partner who asks. @throws ApiProblem where it is refused. */
export async function decideFor(
  services: Services,
  asked: Asked,
  command: PartnerCommand,
): Promise<readonly CatalogEvent[]> {
  const partner = partnerIn(asked);
  const answer = await services.decideCatalog({ type: 'asPartner', partner, command });
  if (answer.type === 'decided') return answer.events;
  const status = answer.reason.endsWith('NotFound') ? 404 : 409;
  const isField = answer.reason === 'invalidField' || answer.reason.startsWith('invalid');
  throw new ApiProblem(isField ? 422 : status, answer.reason, answer.text, { number: answer.code });
}

/** A show of this partner's. @throws ApiProblem 404 for anybody else's, as for none. */
export function ownShow(services: Services, asked: Asked, id: string): ShowId {
  const show = showId(id);
  if (services.catalog.partnerOfShow(show) === partnerIn(asked)) return show;
  throw new ApiProblem(404, 'showNotFound', 'You have no such show.');
}

/**
 * The id that the house asks with: made of the Idempotency-Key where there is one, so that the
 * show itself does not decide the same request twice [H7].
 */
export function houseRequestId({ request, principal }: Asked, part: string): RequestId {
  const key = request.headers['idempotency-key'] ?? randomUUID();
  const who = principal.type === 'partner' ? principal.partner : principal.type;
  const hash = createHash('sha256').update(JSON.stringify([who, key, request.path, part]));
  return requestId(hash.digest('base64url').slice(0, 32));
}

export type Accepted = Extract<HouseAnswer, { type: 'accepted' }>;

/** Has a show decide. @throws ApiProblem where it refuses or cannot just now. */
export async function askShow(
  services: Services,
  asked: Asked,
  command: HouseCommand,
): Promise<Accepted> {
  const id = houseRequestId(asked, JSON.stringify([command.show, command.type]));
  return acceptedOf(await services.house.ask(command, id));
}

/** @throws ApiProblem for anything but a decision. */
export function acceptedOf(answer: HouseAnswer): Accepted {
  if (answer.type === 'accepted') return answer;
  if (answer.type === 'failed') {
    const sentence = 'This show cannot decide just now; ask again with the same Idempotency-Key.';
    throw new ApiProblem(503, answer.reason, sentence, {}, { 'retry-after': '1' });
  }
  const { type: _type, reason, ...details } = answer;
  throw new ApiProblem(409, reason, rejectionText(answer), { details });
}
