/**
 * Which connection asks for which seats, so that connections do not collide by chance: collisions
 * are added on purpose, at a known rate, on seats that all share.
 *
 * Seat 0 of the first few shows is the shared one. Every other seat belongs to one connection.
 * Where a show has more seats than connections, each gets the same number, at most eight, because
 * a user may have ten in one show; where it has fewer, shows take turns in whom they leave out.
 */

/** A show as the load sees it; its index in the plan's list is its number. */
export interface LoadShow {
  readonly id: string;
  readonly seats: number;
}

/** One seat of one show that belongs to one connection. */
export interface Place {
  readonly show: number;
  readonly seat: number;
}

export const SHARED_SEAT = 0;
/** Few, so that attempts at the shared seats do meet. */
export const SHARED_SHOWS = 4;
const MAX_SEATS_EACH = 8;

/**
 * The places of every connection, indexed by connection: about twice as many as it has requests
 * in flight, in an order in which neighbours lie in different shows.
 */
export function planPlaces(
  shows: readonly LoadShow[],
  connections: number,
  pipeline: number,
): readonly (readonly Place[])[] {
  const wanted = Math.max(1, Math.ceil((2 * pipeline) / shows.length));
  const plan: Place[][] = Array.from({ length: connections }, () => []);
  let next = 0;
  shows.forEach(({ seats }, show) => {
    const own = seats - 1;
    const each = Math.min(MAX_SEATS_EACH, wanted, Math.floor(own / connections));
    const given = each === 0 ? own : each * connections;
    for (let seat = 1; seat <= given; seat++) {
      plan[next]?.push({ show, seat });
      next = (next + 1) % connections;
    }
  });
  return plan.map((places, connection) => {
    const order = [...places].sort((a, b) => a.seat - b.seat || a.show - b.show);
    // Each connection starts elsewhere, so that not all of them walk the shows in step.
    const start = Math.floor((order.length * connection) / connections);
    return [...order.slice(start), ...order.slice(0, start)];
  });
}

/** The fewest places any connection has: the deepest pipeline that the shows can carry. */
export function deepestPipeline(plan: readonly (readonly Place[])[]): number {
  return plan.reduce((least, places) => Math.min(least, places.length), Number.MAX_SAFE_INTEGER);
}
