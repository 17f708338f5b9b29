/**
 * Planted bugs, each of which the simulator must find. They are small edits to a copy of the
 * compiled program, so that what ships knows nothing of them. An edit names text that stands
 * exactly once in its file: where the program has moved on, the canary says so and is to be mended.
 */

export interface Edit {
  /** In the compiled program. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

export interface Canary {
  readonly name: string;
  /** What is wrong, for a person. */
  readonly what: string;
  /** A seed that finds it soon, for a quick look. */
  readonly seed: number;
  readonly edits: readonly Edit[];
}

const canary = (name: string, seed: number, what: string, ...edits: readonly Edit[]): Canary => ({
  name,
  what,
  seed,
  edits,
});
const edit = (file: string, find: string, put: string): Edit => ({ file, find, put });

const line = 'engine/show/waitlist/settle-line.js';
const seats = 'engine/show/holds/check-seats.js';
const time = 'engine/show/time/pass-time.js';
const gate = 'engine/shard/output-gate.js';
const snapshot = 'engine/shard/snapshot-codec.js';
const settling = 'engine/show/payments/settle-payment.js';

const payments: readonly Canary[] = [
  canary(
    'late-payment-passes-the-line',
    88,
    'seats that the line waits for are booked for a payment that came too late',
    edit(settling, "show.phase !== 'onSale' || show.waitlist.size > 0", "show.phase !== 'onSale'"),
  ),
  canary(
    'pin-cut-short',
    16,
    'a hold expires while its provider may still answer',
    edit(time, 'const pastMs = pinnedPastMs(show.terms);', 'const pastMs = show.terms.graceMs;'),
  ),
  canary(
    'any-amount-books',
    8,
    'another amount than was to be paid books the seats',
    edit(settling, 'if (amount !== payments.amount(index) || currency', 'if (currency'),
  ),
  canary(
    'money-kept',
    4,
    'what was paid for a cancelled booking is not owed back',
    edit('engine/show/bookings/cancel.js', "oweBack(show, own, 'bookingCancelled', events);", ''),
  ),
  canary(
    'payments-not-in-snapshot',
    64,
    'a snapshot forgets what was captured, and a success that is told again is taken again',
    edit(snapshot, 'words.add(paymentStates.indexOf(payments.state(index)));', 'words.add(0);'),
  ),
  canary(
    'house-told-too-early',
    4,
    'the house is answered before its decision is durable',
    edit(
      'gateway/workers/shard-egress.js',
      'return { batches, scheduled, house };',
      'if (house.length > 0) this.#events.house(house); return { batches, scheduled, house: [] };',
    ),
  ),
];

export const canaries: readonly Canary[] = [
  canary(
    'overtaking',
    12,
    'a smaller party is served before the head of the line',
    edit(
      line,
      'backfill(show, waiter, seats, effect.gone, nowMs, events);\n            return;',
      'continue;',
    ),
  ),
  canary(
    'overtaken-too-often',
    12,
    'the bound on how often a party may be overtaken is forgotten',
    edit(line, 'let overtakes = overtakesLeft(show, head);', 'let overtakes = 100;'),
  ),
  canary(
    'early-ack',
    1,
    'answers leave before their frame is durable',
    edit(gate, 'if (append === undefined && this.#batches.length === 0) {', 'if (outputs) {'),
  ),
  canary(
    'double-sale',
    1,
    'taken seats can be held',
    edit(seats, 'if (show.seats.get(seat) !== FREE) {', 'if (show.seats.get(seat) === BLOCKED) {'),
  ),
  canary(
    'off-by-one-deadline',
    19,
    'a wait that ends now is ended a moment later',
    edit(time, 'if (waiter.untilMs > nowMs)', 'if (waiter.untilMs >= nowMs)'),
  ),
  canary(
    'no-epoch-check',
    3,
    'an owner that was replaced may still write',
    edit(
      'persistence/heads.js',
      'frame.epoch !== head.epoch || frame.epoch === 0',
      'frame.epoch === 0',
    ),
  ),
  canary(
    'lost-wake-up',
    3,
    'seats given back are not offered to the line',
    edit(
      'engine/show/holds/release.js',
      'settleLine(show, { grantable: hold.seats.length, pool: 0 }, stamp.timeMs, events);',
      '',
    ),
  ),
  canary(
    'refund-twice',
    11,
    'a cancelled booking can be cancelled again',
    edit(
      'engine/show/bookings/cancel.js',
      'if (index < 0 || bookings.isCancelled(index))',
      'if (index < 0)',
    ),
    edit(
      'engine/show/bookings/booking-table.js',
      'invariant(!this.isCancelled(index),',
      'invariant(true,',
    ),
  ),
  canary(
    'lost-frame',
    2,
    'recovery passes over a frame now and then',
    edit(
      'engine/shard/recover.js',
      'partition.replay(frame, host.codec);',
      'if (frame.lsn % 5 === 4) partition.resumeAt(frame); else partition.replay(frame, host.codec);',
    ),
  ),
  canary(
    'forgetful-snapshot',
    3,
    'snapshots do not hold open offers',
    edit(snapshot, 'offers: [...show.offers.values()],', 'offers: [],'),
  ),
  canary(
    'forgotten-requests',
    3,
    'after a crash requests that were answered are not known any more',
    edit(
      snapshot,
      'users.remember(row, hash, { seq: seq(reader.next()), lsn: lsn(reader.next()) });',
      'reader.next(); reader.next();',
    ),
  ),
  canary(
    'decided-twice',
    1,
    'a request that is sent again is decided again',
    edit(
      'engine/show/decide.js',
      'show.users.recall(show.users.find(command.user), hashRequest(command.requestId));',
      'undefined;',
    ),
  ),
  canary(
    'expiry-serves-nobody',
    1,
    'what time frees is not offered to the line',
    edit(time, 'settleLine(show, { grantable: freed, pool: 0, gone }, nowMs, events);', ''),
  ),
  canary(
    'over-promising',
    3,
    'offers promise the same seats to several',
    edit(line, 'seats -= waiter.party;', ''),
  ),
  canary(
    'wrong-receipt',
    1,
    'receipts name the frame before',
    edit(
      'gateway/wire/write-down.js',
      'writer.uint(made.frame.lsn);',
      'writer.uint(made.frame.lsn - 1);',
    ),
  ),
  canary(
    'deadline-moved',
    3,
    'changing a hold gains time',
    edit(
      'engine/show/holds/change.js',
      'deadlineMs: hold.deadlineMs,',
      'deadlineMs: stamp.timeMs + show.terms.holdTtlMs,',
    ),
  ),
  canary(
    'time-falls',
    3,
    'decisions follow a wall clock that is set back',
    edit(
      'gateway/workers/clock.js',
      'return millis(anchor.wallMs +',
      'return millis(Date.now() + 0 *',
    ),
    edit('engine/shard/recover.js', 'return a > b ? a : b;', 'return a;'),
  ),
  canary(
    'batches-swapped',
    53,
    'of two batches that may leave, the later one leaves first',
    edit(
      gate,
      'for (const next of this.#batches) {',
      'const ready = this.#batches.findIndex((each) => !each.ready);\n' +
        'for (const next of this.#batches.slice(0, ready === -1 ? undefined : ready).reverse()) {',
    ),
  ),
  canary(
    'refusal-too-early',
    3,
    'a refusal leaves before what it tells of is durable',
    edit(
      gate,
      'if (append === undefined && this.#batches.length === 0) {',
      'if (append === undefined) {',
    ),
  ),
  canary(
    'cap-broken',
    1,
    'a user may have one seat too many',
    edit(seats, 'if (count <= left && count', 'if (count <= left + 1 && count'),
  ),
  canary(
    'waiting-in-vain',
    9,
    'a party for which too few seats are left is not told',
    edit(line, 'line.largerThan(seatsLeft)', 'line.largerThan(seatsLeft + 10)'),
  ),
  canary(
    'torn-tail',
    53,
    'the frames of a transaction that was cut off are taken for whole',
    edit('test/simulator/sim-log.js', 'frames.filter((frame) => frame.group.complete)', 'frames'),
  ),
  canary(
    'no-chain-check',
    207,
    'frames are read without looking at their chain',
    edit(
      'persistence/chain.js',
      'if (!sameBytes(frameHash(sha256, hash, frame), frame.hash)) {',
      'if (hash === frame.body) {',
    ),
  ),
  canary(
    'line-outlives-sale',
    9,
    'the line is not told that sale has closed',
    edit(time, "endLine(show, 'saleClosed', events);", ''),
  ),
  canary(
    'anybody-s-hold',
    7,
    'a hold can be changed, booked and released by others than its holder',
    edit('engine/show/holds/own-hold.js', 'hold?.user === user ? hold : undefined', 'hold'),
  ),
  canary(
    'stale-map',
    3,
    'watchers are told the first of several changes of a seat, not the last',
    edit(
      'gateway/sockets/fan-out.js',
      'pending.seats.set(each >> 2, each & 3);',
      'if (!pending.seats.has(each >> 2)) pending.seats.set(each >> 2, each & 3);',
    ),
  ),
  ...payments,
];
