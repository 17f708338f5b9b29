/** What comes of a command: facts, a refusal, or the answer an earlier sending already got. */
import type { ShowEvent } from './events.ts';
import type { Rejection } from './rejections.ts';
import type { Remembered } from './request-memory.ts';

export type Verdict =
  | { readonly type: 'decided'; readonly events: readonly ShowEvent[] }
  | { readonly type: 'repeated'; readonly remembered: Remembered }
  | Rejection;

export function decided(events: readonly ShowEvent[]): Verdict {
  return { type: 'decided', events };
}
