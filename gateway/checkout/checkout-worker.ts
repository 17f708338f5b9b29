/**
 * Does the checkout's tasks. Each can be cut off anywhere and done again: providers and theatres
 * know a payment by its name, and the show knows what it has decided [P1–P5, B4].
 */
import { type Millis, millis, requestId } from '../../engine/ids.ts';
import type { Clock } from '../../engine/shard/host.ts';
import type { PaymentFailure } from '../../engine/show/events.ts';
import type { LeasedTask, TaskOutcome, TaskWorker } from '../../persistence/services/tasks.ts';
import { type PaymentProvider, ProviderError } from '../payments/provider.ts';
import type { TheatreSeats, TheatreSystem } from '../payments/theatre-system.ts';
import type { HouseDesk } from '../services/house-desk.ts';
import { type CheckoutTask, checkoutKinds, type TheatreTask } from './checkout-reader.ts';
import type { PaymentRow, PaymentRows } from './payment-rows.ts';
import { settle, tellShow } from './settle.ts';

/** Pauses between asking a provider that cannot be reached, or has not decided. */
const SOON_MS = 50;
const AGAIN_MS = 1_000;
const ASK_EVERY_MS = 15_000;
const AT_ONCE = 32;

export interface CheckoutParts {
  readonly rows: PaymentRows;
  readonly house: HouseDesk;
  /** Undefined where this deployment takes no payments. */
  readonly provider: PaymentProvider | undefined;
  /** A theatre's own inventory, where the show's has one [B4]. */
  theatreOf(row: PaymentRow): { system: TheatreSystem; seats: TheatreSeats } | undefined;
  /** What the payer reads at the provider's. */
  describe(row: PaymentRow): string;
  currencyOf(row: PaymentRow): string | undefined;
  emailOf(user: string): string | undefined;
  /** Where the payer's browser goes back to. */
  returnUrl(row: PaymentRow, how: 'paid' | 'cancelled'): string;
  readonly clock: Clock;
}

const done: TaskOutcome = { type: 'done' };

export class CheckoutWorker implements TaskWorker {
  readonly kinds = Object.values(checkoutKinds);
  readonly atOnce = AT_ONCE;
  readonly #parts: CheckoutParts;

  constructor(parts: CheckoutParts) {
    this.#parts = parts;
  }

  async run(task: LeasedTask, signal: AbortSignal): Promise<TaskOutcome> {
    const { payment: name } = task.body as CheckoutTask;
    const row = this.#parts.rows.get(name);
    if (row === undefined) return { type: 'hopeless', reason: `there is no payment ${name}` };
    try {
      switch (task.kind) {
        case checkoutKinds.open:
          return await this.#open(row, signal);
        case checkoutKinds.watch:
          return await this.#watch(row, signal);
        case checkoutKinds.refund:
          return await this.#refund(row, signal);
        default:
          return await this.#tellTheatre(row, task.body as TheatreTask);
      }
    } catch (error) {
      if (error instanceof ProviderError && error.retry) return this.#later(AGAIN_MS);
      throw error;
    }
  }

  /** The theatre first: what it does not lock is not charged [B4]. */
  async #open(row: PaymentRow, signal: AbortSignal): Promise<TaskOutcome> {
    const { provider, house, clock } = this.#parts;
    if (row.state !== 'started' && row.state !== 'abandoned') return done;
    // Nobody was ever told where to pay it, so nobody has.
    if (row.state === 'abandoned') return await this.#fail(row, 'cancelled');
    const currency = this.#parts.currencyOf(row);
    const isLate = clock.now() >= row.pinnedUntilMs;
    if (provider === undefined || currency === undefined || isLate) {
      return await this.#fail(row, 'providerUnavailable');
    }
    const theatre = this.#parts.theatreOf(row);
    if (theatre !== undefined && (await theatre.system.lock(theatre.seats)) === 'refused') {
      return await this.#fail(row, 'theatreRefused');
    }
    try {
      const { reference, url } = await provider.open(
        {
          payment: row.name,
          amount: row.amount,
          currency,
          description: this.#parts.describe(row),
          expiresAtMs: row.pinnedUntilMs,
          email: this.#parts.emailOf(row.user),
          returnUrl: this.#parts.returnUrl(row, 'paid'),
          cancelUrl: this.#parts.returnUrl(row, 'cancelled'),
        },
        signal,
      );
      const { show, payment } = row;
      const command = { type: 'openPayment', show, payment, reference, url } as const;
      const answer = await tellShow(house, command, requestId(`open-${payment}`));
      // Too late for a page: what was made there must not be paid any more.
      if (answer.type === 'rejected') return await this.#end(row, reference, signal);
      return done;
    } catch (error) {
      if (!(error instanceof ProviderError) || error.retry) throw error;
      return await this.#fail(row, 'providerUnavailable');
    }
  }

  /** Asks until it is known what has become of a payment; past its time it is ended [P2, P4]. */
  async #watch(row: PaymentRow, signal: AbortSignal): Promise<TaskOutcome> {
    const { provider, house, clock } = this.#parts;
    const { state, reference, pinnedUntilMs } = row;
    if (state === 'booked' || state === 'owed' || state === 'refunded') return done;
    // Its news came before the log was read that far; what was never opened, nobody can pay.
    if (reference === undefined) return state === 'started' ? this.#later(SOON_MS) : done;
    if (provider === undefined) return this.#later(ASK_EVERY_MS);
    const isOver = state === 'abandoned' || clock.now() >= pinnedUntilMs;
    if (isOver && state !== 'failed') return await this.#end(row, reference, signal);
    const isSettled = await settle(house, row, await provider.find(reference, signal));
    if (isSettled || state === 'failed') return done;
    const left = pinnedUntilMs - clock.now();
    return this.#later(Math.max(AGAIN_MS, Math.min(ASK_EVERY_MS, left)));
  }

  async #end(row: PaymentRow, reference: string, signal: AbortSignal): Promise<TaskOutcome> {
    const { provider, house } = this.#parts;
    if (provider === undefined) return this.#later(ASK_EVERY_MS);
    const outcome = await provider.expire(reference, signal);
    return (await settle(house, row, outcome)) ? done : this.#later(AGAIN_MS);
  }

  async #refund(row: PaymentRow, signal: AbortSignal): Promise<TaskOutcome> {
    const { provider, house } = this.#parts;
    const { show, payment, reference, owed, name, state } = row;
    if (state !== 'owed' || owed === undefined) return done;
    if (provider === undefined || reference === undefined) {
      return { type: 'hopeless', reason: `no provider knows payment ${name}` };
    }
    const outcome = await provider.refund({ payment: name, reference, ...owed }, signal);
    if (outcome === 'pending') return this.#later(ASK_EVERY_MS);
    const command = { type: 'confirmRefund', show, payment } as const;
    await tellShow(house, command, requestId(`refund-${payment}`));
    return done;
  }

  async #tellTheatre(row: PaymentRow, { tell }: TheatreTask): Promise<TaskOutcome> {
    const theatre = this.#parts.theatreOf(row);
    if (theatre === undefined) return done;
    const { system, seats } = theatre;
    if (tell === 'release') await system.release(seats);
    else if (row.booking !== undefined) await system.confirm(seats, row.booking as never);
    return done;
  }

  async #fail(row: PaymentRow, reason: PaymentFailure): Promise<TaskOutcome> {
    const { show, payment } = row;
    const command = { type: 'failPayment', show, payment, reason } as const;
    await tellShow(this.#parts.house, command, requestId(`fail-${payment}`));
    return done;
  }

  #later(pauseMs: number): TaskOutcome {
    const dueMs: Millis = millis(this.#parts.clock.now() + pauseMs);
    return { type: 'later', dueMs };
  }
}
