/**
 * Who has which seats of one show according to the log, kept in the simplest way that can be
 * right: a map from a seat to whoever claims it. It knows no rules, only that a seat which
 * somebody has cannot be given to somebody else.
 */

/** A hold's number, a booking's reference, or the house's word for a blocked seat. */
type Claimant = number | string;

export const HOUSE = 'blocked by the house';

export class SeatClaims {
  readonly #claims = new Map<number, Claimant>();
  readonly #seatsOf = new Map<Claimant, readonly number[]>();
  readonly #onDoubleClaim: (seat: number, first: Claimant, second: Claimant) => void;

  constructor(onDoubleClaim: (seat: number, first: Claimant, second: Claimant) => void) {
    this.#onDoubleClaim = onDoubleClaim;
  }

  /** Gives seats to a claimant; each one that somebody else has is reported. */
  claim(claimant: Claimant, seats: readonly number[]): void {
    for (const seat of seats) {
      const holder = this.#claims.get(seat);
      if (holder !== undefined) this.#onDoubleClaim(seat, holder, claimant);
      this.#claims.set(seat, claimant);
    }
    this.#seatsOf.set(claimant, seats);
  }

  /** Takes everything from a claimant; false where it had nothing. */
  drop(claimant: Claimant): boolean {
    const seats = this.#seatsOf.get(claimant);
    if (seats === undefined) return false;
    this.#seatsOf.delete(claimant);
    for (const seat of seats) {
      // After a double claim the seat is the second one's.
      if (this.#claims.get(seat) === claimant) this.#claims.delete(seat);
    }
    return true;
  }

  /** Frees single seats, whoever has them. */
  free(seats: readonly number[]): void {
    for (const seat of seats) this.#claims.delete(seat);
  }

  seatsOf(claimant: Claimant): readonly number[] {
    return this.#seatsOf.get(claimant) ?? [];
  }
}
