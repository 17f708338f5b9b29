/**
 * A theatre's own inventory system, where it has one: asked to lock seats before anybody is
 * charged for them, and told what became of them [B4].
 */
import type { BookingRef, ShowId } from '../../engine/ids.ts';
import type { PaymentName } from './provider.ts';

export interface TheatreSeats {
  /** Makes each call repeatable: the same name is the same lock. */
  readonly payment: PaymentName;
  readonly show: ShowId;
  /** Indexes, and their names as printed on tickets. */
  readonly seats: readonly { readonly seat: number; readonly name: string }[];
}

export interface TheatreSystem {
  /** `refused` also where no answer came within the time that B4 allows. */
  lock(seats: TheatreSeats): Promise<'locked' | 'refused'>;
  /** @throws ProviderError to be tried again. */
  confirm(seats: TheatreSeats, booking: BookingRef): Promise<void>;
  /** @throws ProviderError to be tried again. */
  release(seats: TheatreSeats): Promise<void>;
}
