/** What comes of a command: facts, a refusal, or the answer an earlier sending already got. */
import type { ShowEvent } from './events.ts';
import type { Rejection } from './rejections.ts';
import type { RequestPlace } from './users/request-rings.ts';

export type Verdict =
  | { readonly type: 'decided'; readonly events: readonly ShowEvent[] }
  /** Decided already; the log has what it is answered from. */
  | { readonly type: 'repeated'; readonly decision: RequestPlace }
  | Rejection;

export function decided(events: readonly ShowEvent[]): Verdict {
  return { type: 'decided', events };
}
