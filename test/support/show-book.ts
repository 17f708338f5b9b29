/**
 * One show as an auditor keeps it with pencil and paper: who has which seat, who stands in line,
 * who was offered how many. It knows what may never happen, not what the program would do.
 */

export interface HeldSeats {
  readonly user: string;
  readonly seats: readonly number[];
  readonly deadlineMs: number;
}

export interface BookedSeats {
  readonly user: string;
  readonly seats: readonly number[];
}

export interface AuditedDecision {
  readonly seq: number;
  readonly user: string | null;
  readonly timeMs: number;
  /** Arrays that begin with the event's code, as in the log. */
  readonly events: readonly (readonly [number, ...unknown[]])[];
}

export class ShowBook {
  readonly holds = new Map<number, HeldSeats>();
  readonly bookings = new Map<string, BookedSeats>();
  readonly cancelled = new Set<string>();
  /** In the order of joining: user and party. */
  readonly line = new Map<string, number>();
  readonly offers = new Map<string, number>();
  /** Seat → whoever has it: a hold's number or a booking's reference. */
  readonly #owners = new Map<number, number | string>();
  readonly #tell: (problem: string) => void;

  constructor(tell: (problem: string) => void) {
    this.#tell = tell;
  }

  /** Seats that somebody holds or has booked. */
  get taken(): ReadonlySet<number> {
    return new Set(this.#owners.keys());
  }

  apply(decision: AuditedDecision): void {
    for (const event of decision.events) this.#event(decision, event);
  }

  #event(decision: AuditedDecision, [code, a, b, c]: readonly [number, ...unknown[]]): void {
    const { seq } = decision;
    switch (code) {
      case 5:
        return this.#hold(decision, a as number[], (c as number) + decision.timeMs);
      case 6:
        return this.#change(seq, a as number, b as number[]);
      case 7:
      case 8:
        this.#endHold(seq, a as number);
        return;
      case 9: {
        const user = decision.user ?? '';
        if (this.line.has(user)) this.#tell(`decision ${seq}: ${user} waits twice`);
        this.line.set(user, b as number);
        return;
      }
      case 10:
        if (!this.line.delete(a as string)) this.#tell(`decision ${seq}: ${a} did not wait`);
        return;
      case 11:
        return this.#offer(seq, a as string, b as number);
      case 12:
        if (!this.offers.delete(a as string)) this.#tell(`decision ${seq}: ${a} had no offer`);
        return;
      case 13:
        return this.#book(seq, a as number, b as string, c as number[]);
      case 14:
        for (const ref of a as string[]) this.#cancel(seq, ref);
        return;
      default:
    }
  }

  #hold({ seq, user, events }: AuditedDecision, seats: number[], deadlineMs: number): void {
    const owner = user ?? '';
    const offered = this.offers.get(owner);
    // While anyone waits, seats go to whoever was offered them and to nobody else [W2].
    if (offered === undefined && this.line.size > 0) {
      this.#tell(`decision ${seq}: ${owner} overtook a line of ${this.line.size}`);
    }
    if (offered !== undefined && seats.length > offered) {
      this.#tell(`decision ${seq}: ${owner} took ${seats.length} seats of ${offered} offered`);
    }
    if (offered !== undefined && !events.some((event) => event[0] === 12 && event[1] === owner)) {
      this.#tell(`decision ${seq}: ${owner} keeps an offer that was taken`);
    }
    this.#claim(seq, seats, seq);
    this.holds.set(seq, { user: owner, seats, deadlineMs });
  }

  #change(seq: number, id: number, seats: number[]): void {
    const hold = this.#endHold(seq, id);
    if (hold === undefined) return;
    if (this.line.size > 0 && seats.some((seat) => !hold.seats.includes(seat))) {
      this.#tell(`decision ${seq}: hold ${id} took a seat past a line of ${this.line.size}`);
    }
    this.#claim(seq, seats, id);
    this.holds.set(id, { ...hold, seats });
  }

  #endHold(seq: number, id: number): HeldSeats | undefined {
    const hold = this.holds.get(id);
    if (hold === undefined) {
      this.#tell(`decision ${seq}: there is no hold ${id}`);
      return undefined;
    }
    this.holds.delete(id);
    for (const seat of hold.seats) this.#owners.delete(seat);
    return hold;
  }

  #offer(seq: number, user: string, party: number): void {
    const [head] = this.line.keys();
    if (head !== user) this.#tell(`decision ${seq}: ${user} was served before ${head}`);
    if (this.line.get(user) !== party)
      this.#tell(`decision ${seq}: ${user} waits for another party`);
    this.line.delete(user);
    this.offers.set(user, party);
  }

  #book(seq: number, id: number, ref: string, seats: number[]): void {
    const hold = this.#endHold(seq, id);
    if (hold === undefined) return;
    if (hold.seats.join() !== seats.join()) this.#tell(`decision ${seq}: ${ref} has other seats`);
    if (this.bookings.has(ref)) this.#tell(`decision ${seq}: ${ref} exists already`);
    this.#claim(seq, seats, ref);
    this.bookings.set(ref, { user: hold.user, seats });
  }

  #cancel(seq: number, ref: string): void {
    const booking = this.bookings.get(ref);
    if (booking === undefined) return this.#tell(`decision ${seq}: there is no booking ${ref}`);
    this.bookings.delete(ref);
    this.cancelled.add(ref);
    for (const seat of booking.seats) this.#owners.delete(seat);
  }

  #claim(seq: number, seats: readonly number[], owner: number | string): void {
    for (const seat of seats) {
      const before = this.#owners.get(seat);
      if (before !== undefined) {
        this.#tell(`decision ${seq}: seat ${seat} of ${before} was given to ${owner} as well`);
      }
      this.#owners.set(seat, owner);
    }
  }
}
