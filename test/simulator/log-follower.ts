/**
 * What is durable, as it becomes so: each show's seats after every decision, each frame's receipt,
 * and a replica of each partition. Whatever a client is told is held against this.
 */
import { limits } from '../../engine/limits.ts';
import type { Frame } from '../../engine/shard/log-store.ts';
import { Partition } from '../../engine/shard/partition.ts';
import { decodeEntries, type LogEntry } from '../../engine/shard/partition-entry.ts';
import { encodeState } from '../../engine/shard/snapshot-codec.ts';
import { UserShows } from '../../engine/shard/user-shows.ts';
import type { Decision, ShowEvent } from '../../engine/show/events.ts';
import { codec } from '../../persistence/codec.ts';
import { sha256 } from '../../persistence/hasher.ts';
import { mix } from './random.ts';

export const SEAT = { free: 0, held: 1, booked: 2, blocked: 3 } as const;

/** A number for a seat in a state; a map's is the XOR of its seats'. */
const seatHashes: number[] = [];
export function seatHash(seat: number, state: number): number {
  if (state === SEAT.free) return 0;
  const index = seat * 4 + state;
  let hash = seatHashes[index];
  if (hash === undefined) {
    hash = mix('seat', index) | 0;
    seatHashes[index] = hash;
  }
  return hash;
}

export class FollowedShow {
  seq = 0;
  phase = 'scheduled';
  readonly seats: number[] = [];
  /** When a seat last changed, in the machine's time. */
  readonly changedUs: number[] = [];
  /** The map's hash after each decision. */
  readonly hashes: number[] = [0];
  readonly decisions: (Decision | undefined)[] = [undefined];
  readonly holds = new Map<number, readonly number[]>();
  readonly bookings = new Map<string, readonly number[]>();
  /** When its last decision became durable, in the machine's time. */
  lastUs = 0;
  #hash = 0;

  follow(decision: Decision, nowUs: number): void {
    for (const event of decision.events) this.#apply(event, nowUs);
    this.seq = decision.seq;
    this.lastUs = nowUs;
    this.hashes[decision.seq] = this.#hash;
    this.decisions[decision.seq] = decision;
  }

  state(seat: number): number {
    return this.seats[seat] ?? SEAT.free;
  }

  #apply(event: ShowEvent, nowUs: number): void {
    switch (event.type) {
      case 'seatsHeld':
        this.holds.set(event.hold, event.seats);
        return this.#set(event.seats, SEAT.held, nowUs);
      case 'holdChanged':
        this.#set(this.holds.get(event.hold) ?? [], SEAT.free, nowUs);
        this.holds.set(event.hold, event.seats);
        return this.#set(event.seats, SEAT.held, nowUs);
      case 'holdReleased':
      case 'holdExpired':
        this.#set(this.holds.get(event.hold) ?? [], SEAT.free, nowUs);
        this.holds.delete(event.hold);
        return;
      case 'holdBooked':
        this.holds.delete(event.hold);
        this.bookings.set(event.booking, event.seats);
        return this.#set(event.seats, SEAT.booked, nowUs);
      case 'seatsBooked':
        this.bookings.set(event.booking, event.seats);
        return this.#set(event.seats, SEAT.booked, nowUs);
      case 'bookingsCancelled':
        for (const ref of event.bookings) {
          this.#set(this.bookings.get(ref) ?? [], SEAT.free, nowUs);
        }
        return;
      case 'seatsBlocked':
        return this.#set(event.seats, SEAT.blocked, nowUs);
      case 'seatsUnblocked':
        return this.#set(event.seats, SEAT.free, nowUs);
      case 'saleOpened':
        this.phase = 'onSale';
        return;
      case 'saleClosed':
        this.phase = 'closed';
        return;
      case 'showCancelled':
        this.phase = 'cancelled';
        return;
      default:
    }
  }

  #set(seats: readonly number[], state: number, nowUs: number): void {
    for (const seat of seats) {
      this.#hash ^= seatHash(seat, this.state(seat)) ^ seatHash(seat, state);
      this.seats[seat] = state;
      this.changedUs[seat] = nowUs;
    }
  }
}

interface FollowedPartition {
  readonly replica: Partition;
  /** Index: LSN. */
  readonly frames: (Frame | undefined)[];
  epoch: number;
}

export class LogFollower {
  readonly shows = new Map<string, FollowedShow>();
  readonly #partitions = new Map<number, FollowedPartition>();
  decisions = 0;
  /** Events that became durable, by type and reason. */
  readonly counts: Record<string, number> = {};

  /** @throws Error where the frame does not follow, or cannot be applied. */
  frame(frame: Frame, nowUs: number): readonly LogEntry[] {
    const followed = this.#partition(frame.partition);
    if (frame.lsn !== followed.frames.length) {
      throw new Error(`LSN ${frame.lsn} is durable after ${followed.frames.length - 1}`);
    }
    if (frame.epoch < followed.epoch) {
      throw new Error(`epoch ${frame.epoch} writes after epoch ${followed.epoch}`);
    }
    followed.epoch = frame.epoch;
    followed.frames.push(frame);
    if (frame.partition >= limits.partitions) return [];
    followed.replica.replay(frame, codec);
    const { timeMs, lsn, hash } = frame;
    const entries = decodeEntries(codec.decode(frame.body), { timeMs, lsn, hash });
    for (const entry of entries) {
      if (entry.type !== 'decision') continue;
      this.show(entry.decision.show).follow(entry.decision, nowUs);
      this.decisions++;
      for (const event of entry.decision.events) {
        const name = 'reason' in event ? `${event.type} ${event.reason}` : event.type;
        this.counts[name] = (this.counts[name] ?? 0) + 1;
      }
    }
    return entries;
  }

  show(id: string): FollowedShow {
    let show = this.shows.get(id);
    if (show === undefined) {
      show = new FollowedShow();
      this.shows.set(id, show);
    }
    return show;
  }

  /** A durable frame. */
  at(partition: number, lsn: number): Frame | undefined {
    return this.#partitions.get(partition)?.frames[lsn];
  }

  /** SHA-256 of the partition's state as the log alone gives it [D3]. */
  digest(partition: number): Uint8Array {
    return sha256(encodeState(this.#partition(partition).replica, codec));
  }

  replica(partition: number): Partition {
    return this.#partition(partition).replica;
  }

  #partition(id: number): FollowedPartition {
    let followed = this.#partitions.get(id);
    if (followed === undefined) {
      const replica = new Partition(id as Partition['id'], new UserShows());
      followed = { replica, frames: [undefined], epoch: 0 };
      this.#partitions.set(id, followed);
    }
    return followed;
  }
}
