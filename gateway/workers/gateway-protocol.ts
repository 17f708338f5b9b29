/** What the server's main thread and a gateway say to each other, a case a message. */
import type { MessagePort } from 'node:worker_threads';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import type { Ask, Reply } from './asking.ts';
import type { BackOfficeQuestion } from './back-office.ts';
import type { ClockAnchor } from './clock.ts';
import type { Availabilities } from './shard-protocol.ts';

/** Everything a gateway is started with. */
export interface GatewaySettingsMessage {
  readonly gateway: number;
  readonly shards: number;
  readonly anchor: ClockAnchor;
  readonly sessionSecret: Uint8Array;
  readonly ticketKey: Uint8Array;
  readonly messagesPerSecond: number;
  readonly maxConnections: number;
  /** Folder of the built pages. */
  readonly pages: string;
}

/** What a gateway has counted since it started. */
export interface GatewayReport {
  readonly connections: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly errors: number;
  readonly floodsClosed: number;
  readonly slowReadersDropped: number;
  readonly faults: number;
  readonly deliveries: number;
}

export type ToGateway =
  | { readonly type: 'catalog'; readonly events: readonly CatalogEvent[] }
  | { readonly type: 'availability'; readonly shows: Availabilities }
  | { readonly type: 'shardUp'; readonly shard: number; readonly port: MessagePort }
  | { readonly type: 'shardDown'; readonly shard: number }
  | { readonly type: 'shardLatched'; readonly shard: number }
  /** Answered by `listening` or `cannotListen`. */
  | { readonly type: 'listen'; readonly host: string; readonly port: number }
  /** Take in nothing more, accept nobody; what was taken in is still answered. */
  | { readonly type: 'drain' }
  /** Close every connection, then end. Answered by `ended`. */
  | { readonly type: 'end' }
  /** Fail as a bug would make it fail; for tests of what follows. */
  | { readonly type: 'fail' }
  | Reply;

export type FromGateway =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'cannotListen' }
  | { readonly type: 'ended' }
  /** Something was thrown that nobody caught: the thread closes what it has and ends. */
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'report'; readonly report: GatewayReport }
  /** What somebody asked of this gateway is for others to answer. */
  | Ask<BackOfficeQuestion>;

/** Of a gateway that has not told anything yet. */
export const nothingCounted: GatewayReport = {
  connections: 0,
  messagesIn: 0,
  messagesOut: 0,
  errors: 0,
  floodsClosed: 0,
  slowReadersDropped: 0,
  faults: 0,
  deliveries: 0,
};
