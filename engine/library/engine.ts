/**
 * The engine as a library: every show of one process, on any log. Same actor, same shard, same
 * gate as in the server; only the way in and out is a method and a promise.
 */
import {
  type BookingRef,
  type HoldId,
  layoutId,
  partitionId,
  type RequestId,
  requestId,
  showId,
  userId,
} from '../ids.ts';
import { limits } from '../limits.ts';
import type { EngineHost } from '../shard/host.ts';
import type { LogStore } from '../shard/log-store.ts';
import type { Egress, Output, Push } from '../shard/outputs.ts';
import type { ShardRequest } from '../shard/requests.ts';
import { Shard } from '../shard/shard.ts';
import type { HouseCommand, UserCommand } from '../show/command.ts';
import type { Rejection } from '../show/rejections.ts';
import { checkLayout } from '../show/seats/check-layout.ts';
import type { Layout } from '../show/seats/layout.ts';
import type { MineShow, ShowView } from '../show/views.ts';
import { EngineError } from './engine-error.ts';
import { type Accepted, acceptedAnswer } from './receipts.ts';
import { checkPlan, type ShowPlan, showIdPattern, termsOf } from './show-plan.ts';

export interface EngineOptions {
  /** Where decisions are kept, e.g. `openSqliteLog({ file })` from `usher/persistence`. */
  readonly log: LogStore;
  /** `nodeHost` from `usher/persistence`, or your own clock, timer, codec and hash. */
  readonly host: LibraryHost;
  /** How long holds and offers stand at the least after an outage; 60 s [D2]. */
  readonly recoveryGraceMs?: number;
  /** Told of damage in the log that could be got over, e.g. a spoilt snapshot [D4]. */
  readonly onWarning?: (text: string) => void;
}

/** The engine has no timer of its own; its host has one look at the deadlines now and then. */
export interface LibraryHost extends EngineHost {
  /** Calls `act` every `pauseMs`, until the returned function is called. */
  readonly every: (pauseMs: number, act: () => void) => () => void;
}

/** News for one user. */
export type Told = Push & { readonly user: string };

type Answer = Accepted | Rejection;
type Ask = { readonly requestId: RequestId; readonly settle: (output: Output<Ask>) => void };
type AnswerOutput = Extract<Output<Ask>, { to: Ask }>;
/** What a user's command needs besides who, where and under which id. */
type Wish = UserCommand extends infer Command
  ? Command extends UserCommand
    ? Omit<Command, 'show' | 'user' | 'requestId'>
    : never
  : never;

type HouseWish = HouseCommand extends infer Command
  ? Command extends HouseCommand
    ? Omit<Command, 'show'>
    : never
  : never;

const PULSE_MS = 50;

/** Recovers the log's shows and starts to serve them. @throws LogFault on a damaged log. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const egress = new PromiseEgress();
  const { log, host, recoveryGraceMs, onWarning } = options;
  const shard = await Shard.open<Ask, readonly Output<Ask>[]>(
    Array.from({ length: limits.partitions }, (_, partition) => partitionId(partition)),
    { log, host, egress, onFailure: () => undefined, recoveryGraceMs, onWarning },
  );
  return new Engine(options, shard, egress);
}

class PromiseEgress implements Egress<Ask, readonly Output<Ask>[]> {
  readonly listeners = new Set<(told: Told) => void>();

  stage(outputs: readonly Output<Ask>[]): readonly Output<Ask>[] {
    return outputs;
  }

  release(outputs: readonly Output<Ask>[]): void {
    for (const output of outputs) {
      if (output.type === 'push') {
        for (const listen of this.listeners) listen({ ...output.push, user: output.user });
      } else if ('to' in output) {
        output.to.settle(output);
      }
    }
  }
}

export class Engine {
  readonly #options: EngineOptions;
  readonly #shard: Shard<Ask, readonly Output<Ask>[]>;
  readonly #egress: PromiseEgress;
  readonly #stopPulse: () => void;
  #lastId = 0;

  constructor(
    options: EngineOptions,
    shard: Shard<Ask, readonly Output<Ask>[]>,
    egress: PromiseEgress,
  ) {
    this.#options = options;
    this.#shard = shard;
    this.#egress = egress;
    this.#stopPulse = options.host.every(PULSE_MS, () => shard.pulse());
  }

  /** Makes a show; where it exists already nothing changes. @throws EngineError on a bad plan. */
  async schedule(plan: ShowPlan): Promise<void> {
    const definition: Layout = { ...plan.layout, id: layoutId(plan.layout.id) };
    const terms = termsOf(plan);
    const problem = checkLayout(definition) ?? checkPlan(plan, definition);
    if (problem !== undefined) throw new EngineError('invalidPlan', problem);
    await this.#ask((id) => ({
      type: 'schedule',
      requestId: id,
      show: showId(plan.id),
      layout: definition.id,
      terms,
      definition,
    }));
  }

  /** Holds exactly these seats or none. */
  hold(user: string, show: string, seats: readonly number[], request?: string): Promise<Answer> {
    return this.#command(user, show, { type: 'hold', seats }, request);
  }

  /**
   * Holds the best `count` seats side by side, in one tier if asked; with `split` in rows that
   * follow each other where no row has so many.
   */
  holdBest(
    user: string,
    show: string,
    count: number,
    tier?: number,
    request?: string,
    split?: boolean,
  ): Promise<Answer> {
    return this.#command(user, show, { type: 'holdBest', count, tier, split }, request);
  }

  /** Gives a hold another selection; its deadline stays. */
  change(
    user: string,
    show: string,
    hold: HoldId,
    seats: readonly number[],
    request?: string,
  ): Promise<Answer> {
    return this.#command(user, show, { type: 'change', hold, seats }, request);
  }

  release(user: string, show: string, hold: HoldId, request?: string): Promise<Answer> {
    return this.#command(user, show, { type: 'release', hold }, request);
  }

  /** Joins the line for a party. An offer comes by `onTold`. */
  wait(user: string, show: string, party: number, request?: string): Promise<Answer> {
    return this.#command(user, show, { type: 'wait', party }, request);
  }

  /** Leaves the line or declines an offer. */
  leave(user: string, show: string, request?: string): Promise<Answer> {
    return this.#command(user, show, { type: 'leave' }, request);
  }

  book(user: string, show: string, hold: HoldId, request?: string): Promise<Answer> {
    return this.#command(user, show, { type: 'book', hold }, request);
  }

  /** Cancels bookings of one show, all of them or none. */
  cancel(
    user: string,
    show: string,
    bookings: readonly BookingRef[],
    request?: string,
  ): Promise<Answer> {
    return this.#command(user, show, { type: 'cancel', bookings }, request);
  }

  /** The theatre takes free seats out of sale: all of them or none. */
  block(show: string, seats: readonly number[], request?: string): Promise<Answer> {
    return this.#house(show, { type: 'block', seats }, request);
  }

  /** Puts blocked seats back; the line is served first. */
  unblock(show: string, seats: readonly number[], request?: string): Promise<Answer> {
    return this.#house(show, { type: 'unblock', seats }, request);
  }

  /** Ends the show and everything that anybody has in it; each is told theirs by `onTold`. */
  cancelShow(show: string, request?: string): Promise<Answer> {
    return this.#house(show, { type: 'cancelShow' }, request);
  }

  /** The show's live map and line. */
  async view(show: string): Promise<ShowView | Rejection> {
    const asked = { type: 'watch', show: showId(show) } as const;
    const output = await this.#ask((id) => ({ ...asked, requestId: id }));
    this.#shard.unwatch(asked.show);
    if (output.type === 'watching') return output.view;
    return rejectionOf(output);
  }

  /** Everything a user has. */
  async mine(user: string): Promise<readonly MineShow[]> {
    const output = await this.#ask((id) => ({ type: 'mine', user: userId(user), requestId: id }));
    return output.type === 'mine' ? output.shows : [];
  }

  /** Calls back with offers, ended waits and expired holds; returns how to stop it. */
  onTold(listen: (told: Told) => void): () => void {
    this.#egress.listeners.add(listen);
    return () => this.#egress.listeners.delete(listen);
  }

  /** Waits for what is under way, saves snapshots, closes the log. */
  async close(): Promise<void> {
    this.#stopPulse();
    while (this.#shard.busy) await new Promise<void>((turn) => this.#options.host.soon(turn));
    await this.#shard.saveSnapshots();
    await this.#options.log.close();
  }

  async #command(
    user: string,
    show: string,
    wish: Wish,
    request: string | undefined,
  ): Promise<Answer> {
    const problem = checkNames(user, show, request);
    if (problem !== undefined) throw new EngineError('invalidName', problem);
    const names = { user: userId(user), show: showId(show) };
    const output = await this.#ask((id) => ({ ...wish, ...names, requestId: id }), request);
    return output.type === 'accepted' ? acceptedAnswer(output) : rejectionOf(output);
  }

  async #house(show: string, wish: HouseWish, request: string | undefined): Promise<Answer> {
    const problem = checkNames('house', show, request);
    if (problem !== undefined) throw new EngineError('invalidName', problem);
    const id = showId(show);
    const command = { ...wish, show: id };
    const output = await this.#ask(
      (own) => ({ type: 'house', show: id, requestId: own, command }),
      request,
    );
    return output.type === 'accepted' ? acceptedAnswer(output) : rejectionOf(output);
  }

  #ask(make: (id: RequestId) => ShardRequest, request?: string): Promise<AnswerOutput> {
    this.#lastId++;
    // An id of the caller's makes the request repeatable; ours only needs to be new [H7].
    const own = `${this.#options.host.clock.now().toString(36)}-${this.#lastId.toString(36)}`;
    const id = requestId(request ?? own);
    return new Promise((resolve, reject) => {
      const settle = (output: Output<Ask>) => {
        if (output.type === 'failed') {
          reject(new EngineError(output.reason, 'The decision could not be recorded.'));
        } else {
          resolve(output as AnswerOutput);
        }
      };
      this.#shard.submit({ requestId: id, settle }, make(id));
    });
  }
}

function rejectionOf(output: AnswerOutput): Rejection {
  if (output.type === 'rejected') return output.rejection;
  throw new EngineError('overloaded', `unexpected answer ${output.type}`);
}

function checkNames(user: string, show: string, request: string | undefined): string | undefined {
  if (user.length < 1 || user.length > limits.userIdChars) {
    return `A user's name is 1 to ${limits.userIdChars} characters.`;
  }
  if (!showIdPattern.test(show)) return 'A show is named by its id: a–z, 0–9 and "-".';
  if (request !== undefined && (request.length < 1 || request.length > limits.requestIdChars)) {
    return `A request id is 1 to ${limits.requestIdChars} characters.`;
  }
  return undefined;
}
