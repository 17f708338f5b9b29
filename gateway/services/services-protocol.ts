/** What the server's main thread and the services' thread say to each other. */
import type { CatalogCommand } from '../../engine/catalog/commands.ts';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import type { RequestId, ShowId } from '../../engine/ids.ts';
import type { HouseCommand } from '../../engine/show/command.ts';
import type { Ask, Reply } from '../workers/asking.ts';
import type { BackOfficeQuestion } from '../workers/back-office.ts';
import type { ClockAnchor } from '../workers/clock.ts';

/** Who takes the money, and how to speak with them. */
export type PaymentSettings =
  | { readonly type: 'none' }
  | { readonly type: 'sandbox'; readonly url: string; readonly secret: string }
  | {
      readonly type: 'stripe';
      readonly secretKey: string;
      readonly webhookSecret: string;
      /** Undefined: Stripe's own. */
      readonly apiUrl: string | undefined;
    };

/** Everything the services' thread is started with. */
export interface ServicesSettings {
  /** The log's file. */
  readonly file: string;
  readonly anchor: ClockAnchor;
  readonly catalog: readonly CatalogEvent[];
  /** Where the server listens. */
  readonly url: string;
  /** Where people reach the server, without a slash at the end. */
  readonly publicUrl: string;
  readonly ticketKey: Uint8Array;
  readonly operatorToken: string;
  readonly payments: PaymentSettings;
  /** Undefined: no mail is sent. */
  readonly mail: { readonly url: string; readonly from: string } | undefined;
  readonly sms:
    | {
        readonly url: string;
        readonly account: string;
        readonly token: string;
        readonly from: string;
      }
    | undefined;
  readonly theatreSecret: string;
  readonly allowLocalWebhooks: boolean;
}

/** What the services ask of the main thread. */
export type ServicesQuestion =
  | { readonly type: 'decideCatalog'; readonly command: CatalogCommand }
  | { readonly type: 'house'; readonly command: HouseCommand; readonly requestId: RequestId }
  | { readonly type: 'view'; readonly show: ShowId };

export type ToServices =
  | { readonly type: 'catalog'; readonly events: readonly CatalogEvent[] }
  | Ask<Exclude<BackOfficeQuestion, { type: 'metrics' }> | { readonly type: 'report' }>
  | Reply
  /** Finish what is under way, then end. */
  | { readonly type: 'stop' };

export interface ServicesReport {
  /** By kind of task. */
  readonly tasks: readonly {
    readonly kind: string;
    readonly waiting: number;
    readonly dead: number;
    readonly oldestMs: number;
  }[];
  /** By reader of the log. */
  readonly readers: readonly { readonly name: string; readonly behindMs: number }[];
}

export type FromServices =
  | { readonly type: 'ready' }
  | {
      readonly type: 'log';
      readonly level: 'info' | 'warn' | 'error';
      readonly facts: object;
      readonly text: string;
    }
  | Ask<ServicesQuestion>
  | Reply;
