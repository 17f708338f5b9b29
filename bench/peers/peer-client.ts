/** What every peer can be asked, in its own way: the hold scenario's requests and a reckoning. */

/** The hold's number, 0 where it was refused; a failure is an Error. */
export type Answered = (answer: number | Error) => void;

export interface HeldSeat {
  readonly show: number;
  readonly seat: number;
  readonly hold: number;
}

/** What the peer's own query says after the run. */
export interface Reckoning {
  readonly held: readonly HeldSeat[];
  /** Seats that more than one hold has. */
  readonly heldTwice: number;
}

export interface PeerClient {
  /** Takes one seat durably; `connection` tells which of the client's connections asks. */
  hold(connection: number, show: number, seat: number, answered: Answered): void;
  /** Gives it back; answers with the hold's number. */
  release(connection: number, show: number, seat: number, hold: number, answered: Answered): void;
  reckon(): Promise<Reckoning>;
  close(): Promise<void>;
}

export interface PeerPlace {
  readonly shows: number;
  readonly seatsPerShow: number;
  readonly connections: number;
}

/** How long a hold would stand if it were not given back; each peer writes a deadline. */
export const HOLD_TTL_MS = 300_000;
