/**
 * The desk decides what a turn took in: it finds the show, lets time pass in it, decides, records
 * and notes what is to be told. It dispatches; the rules are in `engine/show`.
 */
import { type Due, DueHeap } from '../collections/due-heap.ts';
import { type Millis, millis, type PartitionId, type ShowId, seq, type UserId } from '../ids.ts';
import { limits } from '../limits.ts';
import { ownBooking } from '../show/bookings/cancel.ts';
import type { ShowCommand } from '../show/command.ts';
import { decide, decideForHouse } from '../show/decide.ts';
import type { Accepted, Decision, ShowEvent } from '../show/events.ts';
import { checkLayout } from '../show/seats/check-layout.ts';
import type { Show } from '../show/show.ts';
import { nextDueMs, passTime } from '../show/time/pass-time.ts';
import type { RequestPlace } from '../show/users/request-rings.ts';
import { viewMine, viewShow } from '../show/views.ts';
import { invariant } from '../unreachable.ts';
import { Announcer } from './announcer.ts';
import type { Output } from './outputs.ts';
import type { Partition } from './partition.ts';
import { acceptedBy, type Repeat } from './repeats.ts';
import type { ShardRequest } from './requests.ts';
import { partitionOf } from './route.ts';
import type { UserShows } from './user-shows.ts';

type Asked<Type extends ShardRequest['type']> = Extract<ShardRequest, { type: Type }>;

/** A show and where its decisions are logged. */
interface Hosted extends Due {
  readonly show: Show;
  readonly partition: Partition;
}

/** What comes of a turn. */
export interface TurnsWork<Origin> {
  readonly outputs: readonly (Output<Origin> | Repeat<Origin>)[];
  /** How many of them are repeats. */
  readonly repeats: number;
  /** Partitions that decided something. */
  readonly touched: Iterable<Partition>;
}

export class Desk<Origin> {
  readonly #hosted = new Map<ShowId, Hosted>();
  readonly #partitions = new Map<PartitionId, Partition>();
  readonly #users: UserShows;
  readonly #stats: { decisions: number; rejections: number };
  readonly #due = new DueHeap<Hosted>();
  #announcer = new Announcer<Origin>();
  #touched = new Set<Partition>();
  #repeats = 0;
  /** Shows that decided something since they were last asked after. */
  #moved = new Set<Show>();
  #nowMs: Millis = millis(0);

  constructor(
    partitions: readonly Partition[],
    users: UserShows,
    stats: { decisions: number; rejections: number },
  ) {
    this.#users = users;
    this.#stats = stats;
    for (const partition of partitions) {
      this.#partitions.set(partition.id, partition);
      for (const show of partition.shows.values()) this.#host(show, partition);
    }
  }

  /** When time next has something to decide; infinity where it has nothing. */
  get nextDueMs(): number {
    return this.#due.nextDueMs;
  }

  /** Starts a turn at the given time. */
  begin(nowMs: Millis): void {
    this.#nowMs = nowMs;
    this.#announcer = new Announcer();
    this.#touched = new Set();
    this.#repeats = 0;
  }

  finish(): TurnsWork<Origin> {
    const outputs = this.#announcer.finish();
    return { outputs, touched: this.#touched, repeats: this.#repeats };
  }

  /** Acts on everything that is due in any show. */
  passTime(): void {
    while (this.#due.nextDueMs <= this.#nowMs) {
      const hosted = this.#due.first;
      if (hosted === undefined) return;
      this.#catchUp(hosted);
      this.#due.move(hosted, nextDueMs(hosted.show));
    }
  }

  handle(to: Origin, request: ShardRequest): void {
    if (request.type === 'mine') return this.#tellMine(to, request);
    if (request.type === 'schedule') return this.#scheduleShow(to, request);
    const hosted = this.#hosted.get(request.show);
    if (hosted === undefined) return this.#refuseUnknown(to, request);
    this.#catchUp(hosted);
    const { show } = hosted;
    switch (request.type) {
      case 'watch':
        this.#announcer.startWatching(show);
        this.#say({ type: 'watching', to, requestId: request.requestId, view: viewShow(show) });
        break;
      case 'view':
        this.#say({ type: 'viewed', to, requestId: request.requestId, view: viewShow(show) });
        break;
      case 'booking':
        this.#tellBooking(to, show, request);
        break;
      case 'house':
        this.#decideForHouse(to, hosted, request);
        break;
      default:
        this.#decide(to, hosted, request);
    }
    this.#wake(hosted);
  }

  unwatch(id: ShowId): void {
    const hosted = this.#hosted.get(id);
    if (hosted !== undefined) this.#announcer.stopWatching(hosted.show);
  }

  #decide(to: Origin, hosted: Hosted, command: ShowCommand): void {
    const { show, partition } = hosted;
    const frame = partition.frameAt(this.#nowMs);
    const verdict = decide(show, command, { timeMs: this.#nowMs, frame });
    const asked = 'requestId' in command ? command : undefined;
    if (verdict.type === 'rejected') {
      this.#stats.rejections++;
      if (asked === undefined) return;
      const { requestId } = asked;
      this.#say({ type: 'rejected', to, requestId, rejection: verdict });
      return;
    }
    if (verdict.type === 'repeated') {
      if (asked !== undefined) this.#repeat(to, hosted, asked, verdict.decision);
      return;
    }
    const made = this.#record(hosted, verdict.events, asked?.user, asked?.requestId);
    if (asked !== undefined && made !== undefined) {
      this.#say(acceptedBy(to, show, asked.user, made, true));
    }
  }

  /** The same for the house, which has no place in the line. */
  #decideForHouse(to: Origin, hosted: Hosted, { requestId, command }: Asked<'house'>): void {
    const { show, partition } = hosted;
    const stamp = { timeMs: this.#nowMs, frame: partition.frameAt(this.#nowMs) };
    const verdict = decideForHouse(show, command, requestId, stamp);
    if (verdict.type === 'rejected') {
      this.#stats.rejections++;
      this.#say({ type: 'rejected', to, requestId, rejection: verdict });
      return;
    }
    if (verdict.type === 'repeated') {
      this.#repeat(to, hosted, { requestId, user: undefined }, verdict.decision);
      return;
    }
    const made = this.#record(hosted, verdict.events, undefined, requestId);
    if (made !== undefined) this.#say(acceptedBy(to, show, undefined, made, true));
  }

  /** The log must be asked what this was answered. */
  #repeat(
    to: Origin,
    { show, partition: { id: partition } }: Hosted,
    { requestId, user }: Pick<Repeat<Origin>, 'requestId' | 'user'>,
    decision: RequestPlace,
  ): void {
    if (this.#repeats === limits.repeatsPerTurn) {
      this.#say({ type: 'failed', to, requestId, reason: 'overloaded' });
      return;
    }
    this.#repeats++;
    this.#say({ type: 'repeated', to, requestId, user, show, partition, decision });
  }

  /** Numbers, applies and logs a decision, and notes whom it concerns. */
  #record(
    hosted: Hosted,
    events: readonly ShowEvent[],
    user: UserId | undefined,
    requestId: Decision['requestId'],
  ): Accepted | undefined {
    const { show, partition } = hosted;
    const frame = partition.frameAt(this.#nowMs);
    const next = seq(show.seq + 1);
    const decision: Decision = { show: show.id, seq: next, user, requestId, events, frame };
    const phase = show.phase;
    const made = partition.decide(decision);
    this.#touched.add(partition);
    this.#moved.add(show);
    this.#stats.decisions++;
    this.#announcer.announce(show, decision, show.phase === phase ? undefined : show.phase);
    return made;
  }

  /** Decides what is due in a show before anything else is decided in it. */
  #catchUp(hosted: Hosted): void {
    while (nextDueMs(hosted.show) <= this.#nowMs) {
      const events = passTime(hosted.show, this.#nowMs);
      invariant(events.length > 0, 'what is due is acted on');
      this.#record(hosted, events, undefined, undefined);
    }
  }

  #scheduleShow(to: Origin, request: Asked<'schedule'>): void {
    const { requestId, definition, terms } = request;
    const partition = this.#partitions.get(partitionOf(request.show));
    if (partition === undefined) return this.#refuseUnknown(to, request);
    if (!partition.shows.has(request.show)) {
      invariant(checkLayout(definition) === undefined, 'the catalogue checks layouts');
      const frame = partition.frameAt(this.#nowMs);
      if (!partition.layouts.has(definition.id)) {
        partition.record({ type: 'layoutDefined', layout: definition });
      }
      const events = [{ type: 'showScheduled', layout: definition.id, terms }] as const;
      const first = seq(1);
      const decision: Decision = {
        show: request.show,
        seq: first,
        user: undefined,
        requestId: undefined,
        events,
        frame,
      };
      partition.decide(decision);
      this.#touched.add(partition);
      const show = partition.shows.get(request.show);
      if (show !== undefined) this.#host(show, partition);
    }
    this.#say({ type: 'scheduled', to, requestId });
  }

  #tellMine(to: Origin, request: Asked<'mine'>): void {
    const shows = [...this.#users.of(request.user)].flatMap((id) => {
      const hosted = this.#hosted.get(id);
      const view = hosted === undefined ? undefined : viewMine(hosted.show, request.user);
      return view === undefined ? [] : [view];
    });
    this.#say({ type: 'mine', to, requestId: request.requestId, shows });
  }

  #tellBooking(to: Origin, show: Show, request: Asked<'booking'>): void {
    const { requestId, booking, user } = request;
    const found = ownBooking(show, user, booking);
    if (found === undefined) {
      const rejection = {
        type: 'rejected',
        reason: 'bookingNotFound',
        bookings: [booking],
      } as const;
      this.#say({ type: 'rejected', to, requestId, rejection });
      return;
    }
    const seats = show.bookings.seats(found);
    this.#say({ type: 'bookingFound', to, requestId, show, booking, seats });
  }

  #refuseUnknown(to: Origin, request: ShardRequest): void {
    this.#stats.rejections++;
    if (!('requestId' in request)) return;
    const rejection = { type: 'rejected', reason: 'showNotFound' } as const;
    this.#say({ type: 'rejected', to, requestId: request.requestId, rejection });
  }

  /** Shows that have decided something since this was called last, or are new here. */
  takeMoved(): Iterable<Show> {
    const moved = this.#moved;
    this.#moved = new Set();
    return moved;
  }

  /** Starts to serve a show; what is due in it is acted on in the turn that comes. */
  #host(show: Show, partition: Partition): void {
    const hosted = { show, partition, dueMs: nextDueMs(show), place: 0 };
    this.#hosted.set(show.id, hosted);
    this.#moved.add(show);
    this.#due.add(hosted);
  }

  /** Keeps the show's place in the heap no later than its next deadline. */
  #wake(hosted: Hosted): void {
    const due = nextDueMs(hosted.show);
    if (due < hosted.dueMs) this.#due.move(hosted, due);
  }

  #say(output: Output<Origin> | Repeat<Origin>): void {
    this.#announcer.say(output);
  }
}
