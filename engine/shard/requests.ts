/** What can be asked of a shard: a show's commands, and questions that change nothing. */
import type { BookingRef, RequestId, ShowId, UserId } from '../ids.ts';
import type { HouseCommand, ScheduleCommand, ShowCommand } from '../show/command.ts';
import type { Layout } from '../show/seats/layout.ts';

export type Question =
  /** The show's live state; its changes follow until `unwatch`. */
  | { readonly type: 'watch'; readonly show: ShowId; readonly requestId: RequestId }
  /** The live state once. */
  | { readonly type: 'view'; readonly show: ShowId; readonly requestId: RequestId }
  | { readonly type: 'mine'; readonly user: UserId; readonly requestId: RequestId }
  | {
      readonly type: 'booking';
      readonly show: ShowId;
      readonly user: UserId;
      readonly booking: BookingRef;
      readonly requestId: RequestId;
    };

/** What the house asks of a show and wants to be answered; its request ids are its own [H7]. */
export interface HouseRequest {
  readonly type: 'house';
  readonly show: ShowId;
  readonly requestId: RequestId;
  readonly command: HouseCommand;
}

/** A house's command on its own carries no id and is not answered: its effect is in the log. */
export type ShardRequest =
  | ShowCommand
  | Question
  | HouseRequest
  | (ScheduleCommand & { readonly requestId: RequestId; readonly definition: Layout });
