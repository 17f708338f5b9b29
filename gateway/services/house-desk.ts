/**
 * What the house asks of shows: the way to the shards for everything that is not a person at a
 * socket. Each request has an id; sent again it is decided once and answered the same [H7].
 */
import type { Lsn, Millis, RequestId, Seq, ShowId } from '../../engine/ids.ts';
import type { HouseCommand } from '../../engine/show/command.ts';
import type { ShowEvent } from '../../engine/show/events.ts';
import type { Rejection } from '../../engine/show/rejections.ts';
import type { ShowView } from '../../engine/show/views.ts';

export type HouseAnswer =
  | {
      readonly type: 'accepted';
      readonly seq: Seq;
      readonly timeMs: Millis;
      readonly lsn: Lsn;
      /** The decision's first event. */
      readonly event: ShowEvent;
    }
  | Rejection
  /** Not known to be decided: ask again with the same id. */
  | { readonly type: 'failed'; readonly reason: 'overloaded' | 'logUnavailable' | 'unavailable' };

export interface HouseDesk {
  ask(command: HouseCommand, requestId: RequestId): Promise<HouseAnswer>;
  /** A show's live state; undefined where it is not hosted or its shard is down. */
  view(show: ShowId): Promise<ShowView | undefined>;
}
