/** What a gateway has done behind it, wherever it runs: on its own thread it asks by message. */
import type { UserId } from '../../engine/ids.ts';
import type { ApiAnswer, ApiRequest } from '../http/api/route.ts';
import type { GivenContact } from '../sockets/gateway.ts';

export interface BackOffice {
  /** The whole server's metrics as Prometheus text. */
  metrics(): Promise<string>;
  /** Answers what is asked over HTTP of anything but shows on sale. */
  api(request: ApiRequest): Promise<ApiAnswer>;
  /** Resolves once it is kept for good; with a sentence where those are no addresses. */
  keepContact(user: UserId, contact: GivenContact): Promise<string | undefined>;
}

export type BackOfficeQuestion =
  | { readonly type: 'metrics' }
  | { readonly type: 'api'; readonly request: ApiRequest }
  | { readonly type: 'contact'; readonly user: UserId; readonly contact: GivenContact };

export function askBackOffice(office: BackOffice, question: BackOfficeQuestion): Promise<unknown> {
  if (question.type === 'metrics') return office.metrics();
  if (question.type === 'api') return office.api(question.request);
  return office.keepContact(question.user, question.contact);
}
