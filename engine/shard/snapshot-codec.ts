/**
 * A partition's whole state as plain arrays, and back. Everything stands in insertion order, so
 * equal histories give equal bytes on any machine: the digest of a state is the hash of these
 * bytes [D3].
 */
import type { RequestId, Seq, ShowId, UserId } from '../ids.ts';
import { Writer } from '../msgpack/writer.ts';
import { type Remembered, RequestMemory } from '../show/request-memory.ts';
import type { Layout } from '../show/seats/layout.ts';
import {
  type Booking,
  type Hold,
  newShow,
  type Offer,
  type Show,
  type ShowPhase,
  type UserDirectory,
  type UserRecord,
} from '../show/show.ts';
import type { ShowTerms } from '../show/terms.ts';
import type { Waiter } from '../show/waitlist/waitlist.ts';
import { invariant } from '../unreachable.ts';
import { decodeDecision, type Tuple, writeDecision } from './decision-codec.ts';
import type { Codec } from './host.ts';
import type { Partition } from './partition.ts';

const SNAPSHOT_VERSION = 1;
const writer = new Writer();

/** What the snapshot of one show holds, field by field. */
interface ShowImage {
  readonly id: ShowId;
  readonly seq: Seq;
  readonly phase: ShowPhase;
  readonly layout: Layout['id'];
  readonly terms: ShowTerms;
  readonly seats: Uint8Array;
  readonly holds: readonly Hold[];
  readonly offers: readonly Offer[];
  readonly line: readonly Waiter[];
  readonly lastTicket: number;
  readonly bookings: readonly Booking[];
  readonly users: readonly UserImage[];

  // Only there where there are any: a state without them has the bytes that it always had [D3].
  /** Tickets of those who have overtaken the head. */
  readonly overtakers?: readonly number[];
  /** Accepted requests of the house. */
  readonly house?: UserImage['remembered'];
}

interface UserImage {
  readonly user: UserId;
  readonly lastDecisionMs: UserRecord['lastDecisionMs'];
  /** Accepted requests: id, decision as in the log, frame's time, LSN and hash. */
  readonly remembered: readonly (readonly [RequestId, Uint8Array, number, number, Uint8Array])[];
}

/** A partition's state as bytes. */
export function encodeState(partition: Partition, codec: Codec): Uint8Array {
  const layouts = [...partition.layouts.values()].map((compiled) => compiled.layout);
  const shows = [...partition.shows.values()].map(imageOf);
  return codec.encode([SNAPSHOT_VERSION, layouts, shows]);
}

/** @throws Error where the snapshot was written by a version later than this one. */
export function decodeState(
  state: Uint8Array,
  partition: Partition,
  directory: UserDirectory,
  codec: Codec,
): void {
  type State = readonly [number, Layout[], ShowImage[]];
  const [version, layouts, shows] = codec.decode(state) as State;
  if (version !== SNAPSHOT_VERSION) {
    throw new Error(`snapshot version ${version} is not known to this version`);
  }
  for (const layout of layouts) partition.defineLayout(layout);
  for (const image of shows) {
    const layout = partition.layouts.get(image.layout);
    invariant(layout !== undefined, `layout ${image.layout} is in the snapshot`);
    const show = newShow(image.id, layout, image.terms, directory, image.seats);
    restore(show, image, codec);
    partition.shows.set(show.id, show);
  }
}

function imageOf(show: Show): ShowImage {
  return {
    id: show.id,
    seq: show.seq,
    phase: show.phase,
    layout: show.layout.layout.id,
    terms: show.terms,
    seats: show.seats.toBytes(),
    holds: [...show.holds.values()],
    offers: [...show.offers.values()],
    line: [...show.waitlist.inOrder()],
    lastTicket: show.waitlist.nextTicket - 1,
    bookings: [...show.bookings.values()],
    users: [...show.users.values()].map((record) => userImage(show, record)),
    ...(show.waitlist.overtakers.length === 0 ? {} : { overtakers: show.waitlist.overtakers }),
    ...(show.house === undefined ? {} : { house: memoryImage(show, show.house, undefined) }),
  };
}

function userImage(show: Show, record: UserRecord): UserImage {
  const { user, lastDecisionMs } = record;
  return { user, lastDecisionMs, remembered: memoryImage(show, record.remembered, user) };
}

function memoryImage(
  show: Show,
  memory: RequestMemory,
  user: UserId | undefined,
): UserImage['remembered'] {
  return [...memory.values()].map((made) => {
    const { requestId, seq, event, frame } = made;
    const decision = { show: show.id, seq, user, requestId, events: [event], frame };
    writeDecision(writer, decision);
    return [requestId, writer.take(), frame.timeMs, frame.lsn, frame.hash] as const;
  });
}

function restore(show: Show, image: ShowImage, codec: Codec): void {
  show.seq = image.seq;
  show.phase = image.phase;
  for (const user of image.users) restoreUser(show, user, codec);
  for (const hold of image.holds) {
    show.holds.set(hold.id, hold);
    const record = userOf(show, hold.user);
    record.holds.push(hold.id);
    record.seats += hold.seats.length;
  }
  // A user's holds are listed as they were made; the map is in the order of the deadlines.
  for (const record of show.users.values()) record.holds.sort((a, b) => a - b);
  for (const offer of image.offers) {
    show.offers.set(offer.user, offer);
    userOf(show, offer.user).offer = offer;
    show.earmarked += offer.party;
  }
  for (const waiter of image.line) {
    show.waitlist.join(waiter);
    userOf(show, waiter.user).waiter = waiter;
  }
  show.waitlist.restoreLastTicket(image.lastTicket);
  if (image.overtakers !== undefined) show.waitlist.restoreOvertakers(image.overtakers);
  if (image.house !== undefined) show.house = restoreMemory(image.house, codec);
  for (const booking of image.bookings) {
    show.bookings.set(booking.ref, booking);
    const record = userOf(show, booking.user);
    record.bookings.push(booking.ref);
    if (booking.state === 'booked') record.seats += booking.seats.length;
  }
}

function restoreMemory(image: UserImage['remembered'], codec: Codec): RequestMemory {
  const remembered = new RequestMemory();
  for (const [requestId, bytes, timeMs, lsn, hash] of image) {
    const frame = { timeMs, lsn, hash } as Remembered['frame'];
    const { seq, events } = decodeDecision(codec.decode(bytes) as Tuple, frame);
    const [event] = events;
    invariant(event !== undefined, 'a remembered request has its event');
    remembered.add({ requestId, seq, event, frame });
  }
  return remembered;
}

function restoreUser(show: Show, image: UserImage, codec: Codec): void {
  const remembered = restoreMemory(image.remembered, codec);
  show.users.set(image.user, {
    user: image.user,
    seats: 0,
    holds: [],
    bookings: [],
    waiter: undefined,
    offer: undefined,
    remembered,
    lastDecisionMs: image.lastDecisionMs,
  });
  show.directory.add(image.user, show.id);
}

function userOf(show: Show, user: UserId): UserRecord {
  const record = show.users.get(user);
  invariant(record !== undefined, `user ${user} is in the snapshot`);
  return record;
}
