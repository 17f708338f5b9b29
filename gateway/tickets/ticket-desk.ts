/** Issues the tickets of a booking: a signed code a seat, with the seat's name on it [B1]. */
import type { Browse } from '../../engine/catalog/browse.ts';
import type { BookingRef, ShowId } from '../../engine/ids.ts';
import { expandSeats } from '../../engine/show/seats/layout.ts';
import type { TicketCode } from '../wire/kinds.ts';
import type { TicketSigner } from './ticket-signer.ts';

export class TicketDesk {
  readonly #browse: Browse;
  readonly #signer: TicketSigner;

  constructor(browse: Browse, signer: TicketSigner) {
    this.#browse = browse;
    this.#signer = signer;
  }

  /** Undefined where the show is not in the catalogue. */
  issue(show: ShowId, booking: BookingRef, seats: readonly number[]): TicketCode[] | undefined {
    const details = this.#browse.show(show);
    if (details === undefined) return undefined;
    const places = expandSeats(details.layout);
    return [...seats]
      .sort((a, b) => a - b)
      .flatMap((seat) => {
        const place = places[seat];
        if (place === undefined) return [];
        const { section, row, number } = place;
        const code = this.#signer.code({ show, booking, seat, section, row, number });
        return [{ seat, section, row, number, code }];
      });
  }
}
