/** The messages as TypeScript unions, derived from the one table. */
import type { MessagesOf } from './kinds.ts';
import type { down, up } from './messages.ts';

export type UpMessage = MessagesOf<typeof up>;
export type DownMessage = MessagesOf<typeof down>;
/** One message by its name, e.g. `Down<'held'>`. */
export type Up<Name extends UpMessage['type']> = Extract<UpMessage, { type: Name }>;
export type Down<Name extends DownMessage['type']> = Extract<DownMessage, { type: Name }>;
