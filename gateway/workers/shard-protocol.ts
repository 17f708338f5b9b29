/** What the server's main thread and a shard's thread say to each other, a case a message. */
import type { MessagePort } from 'node:worker_threads';
import type { ScheduledShow } from '../../engine/catalog/model.ts';
import type { ShowId } from '../../engine/ids.ts';
import type { HouseRequest, Question } from '../../engine/shard/requests.ts';
import type { ShardStats } from '../../engine/shard/shard.ts';
import type { Availability } from '../../engine/show/availability.ts';
import type { Layout } from '../../engine/show/seats/layout.ts';
import type { ShowView } from '../../engine/show/views.ts';
import type { HouseAnswer } from '../services/house-desk.ts';
import type { ClockAnchor } from './clock.ts';

/** A thread's link to one gateway. */
export interface GatewayPort {
  readonly gateway: number;
  readonly port: MessagePort;
}

/** Everything a shard's thread is started with. */
export interface ShardThreadSettings {
  readonly shard: number;
  readonly partitions: readonly number[];
  readonly anchor: ClockAnchor;
  readonly snapshotAfterBytes: number;
  readonly log: MessagePort;
  readonly control: MessagePort;
  readonly gateways: readonly GatewayPort[];
}

/** How some shows look to those who have not opened them. */
export type Availabilities = readonly (readonly [ShowId, Availability])[];

/** What the house asks: a command, or how a show stands. */
export type HouseQuestion = HouseRequest | Extract<Question, { type: 'view' }>;

export interface AnswerToHouse {
  readonly asked: number;
  readonly answer: HouseAnswer | ShowView;
}

export type ToShard =
  /** Make these shows, where they do not exist yet. Answered by `scheduled`. */
  | {
      readonly type: 'schedule';
      readonly batch: number;
      readonly shows: readonly ScheduledShow[];
      readonly layouts: readonly Layout[];
    }
  /** What the house asks of a show. Answered by `house`, with the same number. */
  | { readonly type: 'house'; readonly asked: number; readonly question: HouseQuestion }
  /** This gateway was started again: who was connected to it is not any more. */
  | { readonly type: 'gateway'; readonly gateway: number; readonly port: MessagePort }
  /** Nothing new comes any more: finish, save snapshots. Answered by `drained`. */
  | { readonly type: 'drain' }
  /** End the thread's task. */
  | { readonly type: 'stop' };

export type FromShard =
  | { readonly type: 'ready'; readonly recoveredMs: number }
  | { readonly type: 'scheduled'; readonly batch: number }
  | { readonly type: 'drained' }
  /** How shows look that look otherwise than was told last [C1]. */
  | { readonly type: 'availability'; readonly shows: Availabilities }
  | { readonly type: 'house'; readonly answers: readonly AnswerToHouse[] }
  /** Damage that was met at the start and could be got over. */
  | { readonly type: 'warning'; readonly text: string }
  /** An append failed: the shard answers failures only, from here on. */
  | { readonly type: 'failed'; readonly reason: string }
  | {
      readonly type: 'stats';
      readonly stats: ShardStats;
      readonly backlog: number;
      readonly eventLoopLagMs: number;
    };
