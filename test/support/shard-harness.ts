/**
 * A shard on a bench: a real log in memory, whose appends a test can hold back, answer late, or
 * fail; a clock that the test sets; turns that run when the test says so; and everything that the
 * shard lets out, in its order.
 *
 *   ask ─▶ shard ─▶ append ─▶ TestLog ── pass ──▶ memory log ─▶ MemoryDisk
 *            ▲ turns            │ held: until finish(), or a failure
 *            └ run()            ▼
 *                             said
 */
import {
  type Lsn,
  type Millis,
  millis,
  type PartitionId,
  requestId,
  showId,
  userId,
} from '../../engine/ids.ts';
import { acceptedAnswer } from '../../engine/library/receipts.ts';
import type { AppendOutcome, Frame, LogStore, Snapshot } from '../../engine/shard/log-store.ts';
import type { Output } from '../../engine/shard/outputs.ts';
import type { ShardRequest } from '../../engine/shard/requests.ts';
import { partitionOf } from '../../engine/shard/route.ts';
import { Shard } from '../../engine/shard/shard.ts';
import type { ShowEvent } from '../../engine/show/events.ts';
import type { SeatRun } from '../../engine/show/seats/layout.ts';
import type { ShowTerms } from '../../engine/show/terms.ts';
import { codec } from '../../persistence/codec.ts';
import { sha256 } from '../../persistence/hasher.ts';
import { type MemoryDisk, openMemoryLog } from '../../persistence/memory/memory-log.ts';
import { layoutOf } from '../engine/show/seats/layout-arbitrary.ts';
import { type HouseWish, opening, plainTerms, type Wish } from './show-harness.ts';

/** A wall clock that the test sets, backwards too. */
export class TestClock {
  nowMs: number;

  constructor(nowMs = opening) {
    this.nowMs = nowMs;
  }

  now(): Millis {
    return millis(this.nowMs);
  }
}

/** An append whose outcome the shard does not know yet. */
interface HeldAppend {
  readonly frames: readonly Frame[];
  readonly written: Promise<AppendOutcome> | undefined;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A log whose appends can be held back: `unwritten`, as if the disk had not begun, or `written`,
 * as if only the answer were still on its way.
 */
export class TestLog implements LogStore {
  readonly inner: LogStore;
  holding: 'nothing' | 'unwritten' | 'written' = 'nothing';
  held: HeldAppend[] = [];
  /** Snapshots in the order saved. */
  readonly snapshots: Snapshot[] = [];

  constructor(inner: LogStore) {
    this.inner = inner;
  }

  append(frames: readonly Frame[]): Promise<AppendOutcome> {
    if (this.holding === 'nothing') return this.inner.append(frames);
    // Nothing is written past what is not: a disk keeps the order too.
    const mayWrite = this.held.every(({ written }) => written !== undefined);
    const isWritten = this.holding === 'written' && mayWrite;
    const written = isWritten ? this.inner.append(frames) : undefined;
    return new Promise((resolve, reject) => {
      this.held.push({ frames, written, resolve, reject });
    });
  }

  /** Writes what was not, and answers: the oldest held append, or the one at this place. */
  async finish(at = 0): Promise<void> {
    const { frames, written, resolve } = this.#take(at);
    resolve(await (written ?? this.inner.append(frames)));
    await flush();
  }

  async finishAll(): Promise<void> {
    while (this.held.length > 0) await this.finish();
    this.holding = 'nothing';
  }

  /** Answers so, or fails with this error, whatever was written. */
  async fail(outcome: AppendOutcome | Error, at = 0): Promise<void> {
    const { resolve, reject } = this.#take(at);
    if (outcome instanceof Error) reject(outcome);
    else resolve(outcome);
    await flush();
  }

  open(partitions: readonly PartitionId[]) {
    return this.inner.open(partitions);
  }

  read(partition: PartitionId, from: Lsn, limit: number) {
    return this.inner.read(partition, from, limit);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.snapshots.push(snapshot);
    await this.inner.saveSnapshot(snapshot);
  }

  loadSnapshot(partition: PartitionId, skip?: number) {
    return this.inner.loadSnapshot(partition, skip);
  }

  truncate(partition: PartitionId, before: Lsn) {
    return this.inner.truncate(partition, before);
  }

  close() {
    return this.inner.close();
  }

  #take(at: number): HeldAppend {
    const [append] = this.held.splice(at, 1);
    if (append === undefined) throw new Error(`no append is held at ${at}`);
    return append;
  }
}

/** Lets every promise that can go on, go on. */
export function flush(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** An output as it was when it was staged: the shows in it are live and change later. */
export type Said =
  | (Exclude<Output<string>, { type: 'accepted' | 'bookingFound' }> & { readonly event?: never })
  | {
      readonly type: 'accepted';
      readonly to: string;
      readonly requestId: string;
      readonly event: ShowEvent;
      readonly isNew: boolean;
      readonly ahead: number;
      readonly serving: number;
      /** What a person is told, with the receipt. */
      readonly answer: ReturnType<typeof acceptedAnswer>;
    }
  | {
      readonly type: 'bookingFound';
      readonly to: string;
      readonly requestId: string;
      readonly booking: string;
      readonly seats: readonly number[];
    };

function copy(output: Output<string>): Said {
  if (output.type === 'accepted') {
    const { show: _, made, ...rest } = output;
    return structuredClone({ ...rest, event: made.event, answer: acceptedAnswer(output) });
  }
  if (output.type === 'bookingFound') {
    const { show: _, ...rest } = output;
    return structuredClone(rest);
  }
  return structuredClone(output);
}

export interface TestShardOptions {
  readonly disk?: MemoryDisk;
  readonly log?: TestLog;
  readonly clock?: TestClock;
  /** Partitions to serve; that of show `s` by default. */
  readonly partitions?: readonly PartitionId[];
}

/** Requests sent by all shards of a test file: an id is not used again after a crash. */
let requests = 0;

export class TestShard {
  readonly log: TestLog;
  readonly disk: MemoryDisk;
  readonly clock: TestClock;
  /** Everything let out so far, in its order. */
  readonly said: Said[] = [];
  /** What was wrong with the log and could be got over. */
  readonly warnings: string[] = [];
  /** Why the shard gave up, once. */
  readonly failures: string[] = [];
  /** Turns that the shard has asked for. */
  readonly turns: (() => void)[] = [];
  readonly #partitions: readonly PartitionId[];
  #shard: Shard<string, readonly Said[]> | undefined;

  /** Recovers from the disk and serves. */
  static async open(options: TestShardOptions = {}): Promise<TestShard> {
    const opened = new TestShard(options);
    opened.#shard = await Shard.open<string, readonly Said[]>(opened.#partitions, {
      log: opened.log,
      host: {
        codec,
        hasher: sha256,
        clock: opened.clock,
        soon: (turn) => opened.turns.push(turn),
      },
      egress: {
        stage: (outputs) => outputs.map(copy),
        release: (staged) => opened.said.push(...staged),
      },
      onWarning: (text) => opened.warnings.push(text),
      onFailure: (reason) => opened.failures.push(reason),
    });
    return opened;
  }

  private constructor(options: TestShardOptions) {
    this.disk = options.disk ?? new Map();
    this.log = options.log ?? new TestLog(openMemoryLog(this.disk));
    this.clock = options.clock ?? new TestClock();
    this.#partitions = options.partitions ?? [partitionOf('s')];
  }

  get shard(): Shard<string, readonly Said[]> {
    if (this.#shard === undefined) throw new Error('the shard is not open');
    return this.#shard;
  }

  /** Another shard on what this one's disk has, as after a crash; this one is not used again. */
  async crash(outageMs = 0): Promise<TestShard> {
    this.clock.nowMs += outageMs;
    const { disk, clock } = this;
    return TestShard.open({ disk, clock, partitions: this.#partitions });
  }

  /** Schedules a show on sale from the start, and waits until that is durable. */
  async schedule(
    rows: readonly (number | Partial<SeatRun>)[],
    terms: Partial<ShowTerms> = {},
    show = 's',
  ): Promise<void> {
    this.submitShow(rows, terms, show);
    await this.run();
  }

  submitShow(
    rows: readonly (number | Partial<SeatRun>)[],
    terms: Partial<ShowTerms> = {},
    show = 's',
  ): string {
    const runs = rows.map((row) => (typeof row === 'number' ? { count: row } : row));
    const definition = layoutOf(runs);
    const all = { ...plainTerms, ...terms };
    const asked = { show: showId(show), layout: definition.id, terms: all, definition };
    return this.#submit('house', (id) => ({
      type: 'schedule',
      requestId: requestId(id),
      ...asked,
    }));
  }

  /** Sends a request; gives its id. */
  ask(user: string, wish: Wish, request?: string, show = 's'): string {
    const names = { show: showId(show), user: userId(user) };
    return this.#submit(user, (id) => ({ ...wish, ...names, requestId: requestId(id) }), request);
  }

  tell(wish: HouseWish, show = 's'): void {
    this.shard.submit('house', { ...wish, show: showId(show) });
  }

  watch(user: string, show = 's'): string {
    const named = { type: 'watch', show: showId(show) } as const;
    return this.#submit(user, (id) => ({ ...named, requestId: requestId(id) }));
  }

  mine(user: string): string {
    const named = { type: 'mine', user: userId(user) } as const;
    return this.#submit(user, (id) => ({ ...named, requestId: requestId(id) }));
  }

  /** Runs the turns that are asked for, until there are none. */
  async run(): Promise<void> {
    await flush();
    while (this.turns.length > 0) {
      this.turn();
      await flush();
    }
  }

  /** Runs one turn, if one is asked for. */
  turn(): void {
    this.turns.shift()?.();
  }

  /** Lets time pass, pulses and runs. */
  async advance(ms: number): Promise<void> {
    this.clock.nowMs += ms;
    this.shard.pulse();
    await this.run();
  }

  /** What was answered to a request; undefined where nothing was, an error where twice. */
  answer(request: string): Extract<Said, { to: string }> | undefined {
    const answers = this.said.filter((said) => 'to' in said && said.requestId === request);
    if (answers.length > 1) throw new Error(`${request} is answered ${answers.length} times`);
    return answers[0] as Extract<Said, { to: string }> | undefined;
  }

  /** Sends, runs, and gives what was accepted. */
  async accepted(user: string, wish: Wish, request?: string, show?: string) {
    const from = this.said.length;
    const id = this.ask(user, wish, request, show);
    await this.run();
    const answer = this.said.slice(from).find((said) => 'to' in said && said.requestId === id);
    if (answer?.type === 'accepted') return answer;
    throw new Error(`should have been accepted: ${JSON.stringify(answer)}`);
  }

  /** Sends, runs, and gives the refusal. */
  async rejected(user: string, wish: Wish, request?: string, show?: string) {
    const id = this.ask(user, wish, request, show);
    await this.run();
    const answer = this.answer(id);
    if (answer?.type === 'rejected') return answer.rejection;
    throw new Error(`should have been rejected: ${JSON.stringify(answer)}`);
  }

  async hold(user: string, seats: readonly number[], show?: string) {
    const { event } = await this.accepted(user, { type: 'hold', seats }, undefined, show);
    if (event.type === 'seatsHeld') return event.hold;
    throw new Error(`${event.type} instead of a hold`);
  }

  async book(user: string, seats: readonly number[], show?: string) {
    const hold = await this.hold(user, seats, show);
    const { event } = await this.accepted(user, { type: 'book', hold }, undefined, show);
    if (event.type === 'holdBooked') return event.booking;
    throw new Error(`${event.type} instead of a booking`);
  }

  /** What a user is told that they have in a show. */
  async mineIn(user: string, show = 's') {
    const id = this.mine(user);
    await this.run();
    const answer = this.answer(id);
    if (answer?.type !== 'mine') throw new Error(`mine is answered ${answer?.type}`);
    return answer.shows.find((one) => one.show === show);
  }

  /** The seats as a newcomer would see them, a mark each: `.` free, `h`, `b`, `x`. */
  async map(show = 's'): Promise<string> {
    const id = this.watch('looker', show);
    await this.run();
    const answer = this.answer(id);
    if (answer?.type !== 'watching') throw new Error(`watch is answered ${answer?.type}`);
    this.shard.unwatch(showId(show));
    const { seats } = answer.view;
    const marks = [...seats].flatMap((byte) => [0, 2, 4, 6].map((shift) => (byte >> shift) & 3));
    return marks.map((state) => '.hbx'.charAt(state)).join('');
  }

  /** The frames of a show's partition that are on the disk. */
  frames(show = 's'): readonly Frame[] {
    return this.disk.get(partitionOf(show))?.frames ?? [];
  }

  /** Digest of the state of a show's partition, as hex. */
  digest(show = 's'): string {
    return hex(this.shard.digests().get(partitionOf(show)));
  }

  #submit(to: string, make: (id: string) => ShardRequest, request?: string): string {
    requests++;
    const id = request ?? `request-${requests}`;
    this.shard.submit(to, make(id));
    return id;
  }
}

export function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}
