/**
 * Counts a show's books from scratch, as an auditor would who trusts none of its running totals:
 * every seat, hold, booking, offer and place in the line [S1, S2, H2, W3, W4, W5].
 */
import type { UserId } from '../../../engine/ids.ts';
import { BLOCKED, BOOKED, FREE, HELD } from '../../../engine/show/seats/seat-bitmap.ts';
import type { Hold, Show } from '../../../engine/show/show.ts';
import { bookingsIn, usersIn } from '../../support/show-books.ts';

/** @throws Error that names the first thing found wrong. */
export function checkBooks(show: Show): void {
  checkSeats(show);
  checkUsers(show);
  checkOffers(show);
  checkLine(show);
  checkDeadlines(show);
}

/** Those that are being paid for too. */
function allHolds(show: Show): readonly Hold[] {
  return [...show.holds.values(), ...show.pinned.values()];
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`the books are wrong: ${what}`);
}

/** [S1] [S2] Each held seat is in one live hold, each booked one in one live booking. */
function checkSeats(show: Show): void {
  const { seats } = show;
  const counts = [0, 0, 0, 0];
  for (let seat = 0; seat < show.layout.count; seat++) {
    const state = seats.get(seat);
    counts[state] = (counts[state] ?? 0) + 1;
  }
  check(counts[FREE] === seats.free, `${counts[FREE]} seats are free, not ${seats.free}`);
  check(counts[HELD] === seats.held, `${counts[HELD]} seats are held, not ${seats.held}`);
  check(counts[BOOKED] === seats.booked, `${counts[BOOKED]} are booked, not ${seats.booked}`);
  check(counts[BLOCKED] === seats.blocked, `${counts[BLOCKED]} are blocked, not ${seats.blocked}`);
  const sum = seats.free + seats.held + seats.booked + seats.blocked;
  check(sum === show.layout.count, `${sum} seats in all, not ${show.layout.count}`);
  const owned = new Set<number>();
  const own = (seat: number, state: number) => {
    check(!owned.has(seat), `seat ${seat} is given twice`);
    check(seats.get(seat) === state, `seat ${seat} is in state ${seats.get(seat)}, not ${state}`);
    owned.add(seat);
  };
  for (const hold of allHolds(show)) {
    check(hold.seats.length > 0, `hold ${hold.id} has seats`);
    check(hold.prices.length === hold.seats.length, `hold ${hold.id} has a price a seat`);
    for (const seat of hold.seats) own(seat, HELD);
  }
  for (const booking of bookingsIn(show)) {
    if (booking.state === 'booked') for (const seat of booking.seats) own(seat, BOOKED);
  }
  check(owned.size === seats.held + seats.booked, 'every held or booked seat has an owner');
}

/** [H2] What each user is counted for, and that it is within the cap. */
function checkUsers(show: Show): void {
  const holds = allHolds(show);
  const bookings = bookingsIn(show);
  const owners = new Set<UserId>([
    ...holds.map((hold) => hold.user),
    ...bookings.map((booking) => booking.user),
    ...[...show.offers.values()].map((offer) => offer.user),
    ...[...show.waitlist.inOrder()].map((waiter) => waiter.user),
  ]);
  for (const user of owners) check(show.users.has(user), `${user} is known`);
  for (const record of usersIn(show)) {
    const { user } = record;
    const held = holds.filter((hold) => hold.user === user);
    const owned = bookings.filter((booking) => booking.user === user);
    // A user's holds are listed as they were made, also where an outage has put off the earlier.
    const ids = held.map(({ id }) => id).sort((a, b) => a - b);
    check(record.holds.join() === ids.join(), `${user} has these holds`);
    const refs = owned.map(({ ref }) => ref).join();
    check(record.bookings.join() === refs, `${user} has these bookings`);
    check(record.offer === show.offers.get(user), `${user} has this offer`);
    check(record.waiter === show.waitlist.get(user), `${user} has this place in the line`);
    let seats = 0;
    for (const hold of held) seats += hold.seats.length;
    for (const booking of owned) if (booking.state === 'booked') seats += booking.seats.length;
    check(record.seats === seats, `${user} has ${seats} seats, not ${record.seats}`);
    const counted = seats + (record.offer?.party ?? 0) + (record.waiter?.party ?? 0);
    check(record.counted === counted, `${user} is counted for ${counted} seats`);
    // The house books blocks of any size, in a name of its own [B3].
    const isHouse = user.startsWith('partner:');
    check(isHouse || counted <= show.terms.seatsPerUser, `${user}: ${counted}, above the cap`);
    check(!(record.offer && record.waiter), `${user} waits once`);
  }
}

/** [W4] Offers never promise more seats than are free. */
function checkOffers(show: Show): void {
  let promised = 0;
  for (const offer of show.offers.values()) promised += offer.party;
  check(promised === show.earmarked, `${promised} seats are promised, not ${show.earmarked}`);
  check(promised <= show.seats.free, `${promised} promised of ${show.seats.free} free`);
}

/** [W2] [W3] [W5] The line is in order, its head does not fit yet, and nobody waits in vain. */
function checkLine(show: Show): void {
  const line = [...show.waitlist.inOrder()];
  const pool = show.seats.free + show.seats.held;
  check(show.waitlist.size === line.length, `${line.length} parties wait`);
  check(show.waitlist.head === line[0], 'the head is the first of the line');
  check(show.waitlist.serving === (line[0]?.ticket ?? 0), 'the head is being served');
  line.forEach((waiter, index) => {
    const { user, ticket, party } = waiter;
    check(ticket > (line[index - 1]?.ticket ?? 0), `ticket ${ticket} stands in its order`);
    check(show.waitlist.ahead(waiter) === index, `${index} parties are ahead of ${user}`);
    check(party <= pool, `${user} waits for ${party}, and ${pool} may become free`);
  });
  for (let seats = 0; seats <= 10; seats++) {
    const larger = line.filter(({ party }) => party > seats).length;
    check([...show.waitlist.largerThan(seats)].length === larger, `${larger} wait for > ${seats}`);
  }
  const [head] = line;
  if (head === undefined) return;
  check(show.phase === 'onSale', 'nobody waits for a show that is not on sale');
  check(head.party > show.seats.free - show.earmarked, `${head.user} could be served`);
}

/** [H4] [W7] Oldest first is also earliest deadline first, so that heads are enough to look at. */
function checkDeadlines(show: Show): void {
  const inOrder = (times: readonly number[], what: string) => {
    check(
      times.every((time, index) => index === 0 || (times[index - 1] ?? 0) <= time),
      `${what} stand in the order of their deadlines`,
    );
  };
  inOrder(
    [...show.holds.values()].map((hold) => hold.deadlineMs),
    'holds',
  );
  inOrder(
    [...show.offers.values()].map((offer) => offer.untilMs),
    'offers',
  );
  inOrder(
    [...show.waitlist.inOrder()].map((waiter) => waiter.untilMs),
    'waiters',
  );
}
