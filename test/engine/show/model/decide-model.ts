/** One command put to the model: its answer, and the model as it is after. */
import type { RequestId, UserId } from '../../../../engine/ids.ts';
import type { ShowCommand } from '../../../../engine/show/command.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import type { Rejection } from '../../../../engine/show/rejections.ts';
import { unreachable } from '../../../../engine/unreachable.ts';
import { modelBook, modelCancel, modelLeave, modelWait } from './model-bookings.ts';
import { type Answer, modelChange, modelHold, modelHoldBest, modelRelease } from './model-holds.ts';
import {
  modelBlock,
  modelBookSeats,
  modelCancelBookings,
  modelCancelShow,
  modelCloseSale,
  modelOpenSale,
  modelUnblock,
} from './model-house.ts';
import {
  modelCapturePayment,
  modelConfirmRefund,
  modelFailPayment,
  modelOpenPayment,
  modelPay,
} from './model-payments.ts';
import type { ModelRequest, ModelShow } from './model-show.ts';
import { forgetIdleUsers } from './model-time.ts';

/** So many accepted requests of a user are remembered at the least [H7]. */
const REMEMBERED = 32;

/** A command with the id of the request that it came with [H7]. */
export interface Asked {
  readonly command: ShowCommand;
  readonly requestId: RequestId | undefined;
}

export type ModelVerdict =
  | { readonly type: 'decided'; readonly events: readonly ShowEvent[] }
  | { readonly type: 'repeated'; readonly request: ModelRequest }
  | Rejection;

/** What the engine is free to choose: which of equally good seats, and what it still remembers. */
export interface Leeway {
  readonly seats: readonly number[];
  readonly isRepeated: boolean;
}

/** Decides at `nowMs`, to which time has been let pass before; the house need not name requests. */
export function decideModel(
  show: ModelShow,
  { command, requestId }: Asked,
  nowMs: number,
  leeway: Leeway,
): ModelVerdict {
  const user = 'user' in command ? command.user : undefined;
  const earlier = rememberedRequest(show, user, requestId, leeway);
  if (earlier !== undefined) return { type: 'repeated', request: earlier };
  const answer = answerTo(show, command, nowMs, leeway);
  if (!isDecided(answer)) return answer;
  recordModelDecision(show, { command, requestId }, answer, nowMs);
  return { type: 'decided', events: answer };
}

/** Numbers a decision, and remembers the request that asked for it. */
export function recordModelDecision(
  show: ModelShow,
  asked: Asked | undefined,
  events: readonly ShowEvent[],
  nowMs: number,
): void {
  show.seq += 1;
  const [event] = events;
  if (asked?.requestId !== undefined && event !== undefined) {
    const { command, requestId } = asked;
    const user = 'user' in command ? command.user : undefined;
    const made = { user, requestId, seq: show.seq, event, timeMs: nowMs, mayBeForgotten: false };
    show.requests.push(made);
  }
  forgetIdleUsers(show, nowMs);
}

function rememberedRequest(
  show: ModelShow,
  user: UserId | undefined,
  requestId: RequestId | undefined,
  { isRepeated }: Leeway,
): ModelRequest | undefined {
  if (requestId === undefined) return undefined;
  const own = show.requests.filter((request) => request.user === user);
  const at = own.findLastIndex((request) => request.requestId === requestId);
  const request = own[at];
  if (request === undefined) return undefined;
  const isLate = at < own.length - REMEMBERED;
  return isRepeated || !(isLate || request.mayBeForgotten) ? request : undefined;
}

function answerTo(show: ModelShow, command: ShowCommand, nowMs: number, leeway: Leeway): Answer {
  switch (command.type) {
    case 'hold':
      return modelHold(show, command, nowMs);
    case 'holdBest':
      return modelHoldBest(show, command, nowMs, leeway.seats);
    case 'change':
      return modelChange(show, command, nowMs);
    case 'release':
      return modelRelease(show, command, nowMs);
    case 'wait':
      return modelWait(show, command, nowMs);
    case 'leave':
      return modelLeave(show, command, nowMs);
    case 'book':
      return modelBook(show, command, nowMs);
    case 'cancel':
      return modelCancel(show, command, nowMs);
    case 'block':
      return modelBlock(show, command, nowMs);
    case 'unblock':
      return modelUnblock(show, command, nowMs);
    case 'cancelShow':
      return modelCancelShow(show);
    case 'openSale':
      return modelOpenSale(show);
    case 'closeSale':
      return modelCloseSale(show);
    case 'bookSeats':
      return modelBookSeats(show, command, nowMs);
    case 'cancelBookings':
      return modelCancelBookings(show, command, nowMs);
    case 'pay':
      return modelPay(show, command);
    case 'openPayment':
      return modelOpenPayment(show, command);
    case 'failPayment':
      return modelFailPayment(show, command);
    case 'capturePayment':
      return modelCapturePayment(show, command, nowMs);
    case 'confirmRefund':
      return modelConfirmRefund(show, command);
    default:
      return unreachable(command);
  }
}

function isDecided(answer: Answer): answer is readonly ShowEvent[] {
  return Array.isArray(answer);
}
