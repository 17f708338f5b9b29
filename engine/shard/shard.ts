/**
 * A shard: one thread's slice of the shows. It takes in requests, decides them in turns, appends
 * what it decided, and lets nothing out before it is durable.
 *
 *   submit ─▶ mailbox ─▶ turn: stamp, decide, evolve … seal ─▶ append ─▶ gate ─▶ egress
 *                          ▲                                                │
 *                          └──── the next turn goes on while the log writes ┘
 *
 * A turn is decided in slices. Between them the host may tell of appends that are durable, so
 * that answers do not wait for a turn that has nothing to do with them; and where the log has
 * nothing to do, the turn ends early.
 */
import type { Millis, PartitionId, ShowId } from '../ids.ts';
import { defaults, limits } from '../limits.ts';
import { type Availability, availabilityOf } from '../show/availability.ts';

import { Desk, type TurnsWork } from './desk.ts';
import type { EngineHost } from './host.ts';
import type { Frame, LogStore } from './log-store.ts';
import { OutputGate } from './output-gate.ts';
import type { Egress, Output } from './outputs.ts';
import type { Partition } from './partition.ts';
import { laterOf, recoverPartitions } from './recover.ts';
import { answerRepeats, areComplete } from './repeats.ts';
import type { ShardRequest } from './requests.ts';
import { encodeState } from './snapshot-codec.ts';
import { UserShows } from './user-shows.ts';

export interface ShardOptions<Origin, Staged> {
  readonly log: LogStore;
  readonly host: EngineHost;
  readonly egress: Egress<Origin, Staged>;
  /** Log bytes of one partition after which a snapshot is taken; `limits.snapshotAfterBytes`. */
  readonly snapshotAfterBytes?: number;
  /** Told of damage that could be got over. */
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Told once when an append failed; the shard then answers failures only. */
  readonly onFailure: (reason: string) => void;
  /** What holds and offers have left, at the least, after an outage; 60 s [D2]. */
  readonly recoveryGraceMs?: number | undefined;
}

export interface ShardStats {
  decisions: number;
  rejections: number;
  turns: number;
  frames: number;
  logBytes: number;
  snapshots: number;
}

export class Shard<Origin, Staged> {
  readonly stats: ShardStats = {
    decisions: 0,
    rejections: 0,
    turns: 0,
    frames: 0,
    logBytes: 0,
    snapshots: 0,
  };
  readonly #options: ShardOptions<Origin, Staged>;
  readonly #gate: OutputGate<Origin, Staged>;
  readonly #desk: Desk<Origin>;
  readonly #partitions: readonly Partition[];
  /** Two arrays side by side, rather than an object a request. */
  #origins: Origin[] = [];
  #mailbox: ShardRequest[] = [];
  /** Requests at the front of both that were decided already. */
  #decided = 0;
  /** Requests that the turn under way has decided; undefined between turns. */
  #inTurn: number | undefined;
  #scheduled = false;
  #lastTimeMs: Millis;

  private constructor(
    options: ShardOptions<Origin, Staged>,
    partitions: readonly Partition[],
    users: UserShows,
  ) {
    this.#options = options;
    this.#partitions = partitions;
    this.#desk = new Desk(partitions, users, this.stats);
    this.#lastTimeMs = partitions.reduce(
      (latest, partition) => laterOf(latest, partition.lastTimeMs),
      options.host.clock.now(),
    );
    this.#gate = new OutputGate(options.egress, {
      settled: () => this.#schedule(),
      failed: (reason) => this.#fail(reason),
    });
  }

  /** Recovers the partitions from the log and starts to serve them. @throws LogFault */
  static async open<Origin, Staged>(
    ids: readonly PartitionId[],
    options: ShardOptions<Origin, Staged>,
  ): Promise<Shard<Origin, Staged>> {
    const users = new UserShows();
    const { log, host, recoveryGraceMs = defaults.recoveryGraceMs } = options;
    const onWarning = options.onWarning ?? (() => undefined);
    const recovery = { recoveryGraceMs, onWarning };
    const partitions = await recoverPartitions(log, ids, host, users, recovery);
    return new Shard(options, partitions, users);
  }

  /** Requests taken in and not decided yet. */
  get backlog(): number {
    return this.#mailbox.length - this.#decided;
  }

  /** True while something was decided that is not durable yet, or waits to be decided. */
  get busy(): boolean {
    return this.backlog > 0 || this.#inTurn !== undefined || this.#gate.inFlight > 0;
  }

  /** Takes in a request; its answer comes through the egress, with `to` to tell whose it is. */
  submit(to: Origin, request: ShardRequest): void {
    // The house waits for its shows and would never ask again; the catalogue bounds how many.
    const full = this.backlog >= limits.mailbox && request.type !== 'schedule';
    if (this.#gate.broken || full) {
      if (!('requestId' in request)) return;
      const reason = this.#gate.broken ? 'logUnavailable' : 'overloaded';
      const { requestId } = request;
      this.#answerAtOnce({ type: 'failed', to, requestId, reason });
      return;
    }
    this.#origins.push(to);
    this.#mailbox.push(request);
    this.#schedule();
  }

  /** Nobody watches this show any more: its changes are no longer told. */
  unwatch(show: ShowId): void {
    this.#desk.unwatch(show);
  }

  /** Lets time pass: acts on whatever is due. Costs nothing where nothing is. */
  pulse(): void {
    if (!this.#gate.broken && this.#desk.nextDueMs <= this.#now()) this.#schedule();
  }

  /** How shows look that have moved since this was called last [C1]. */
  availabilities(): readonly (readonly [ShowId, Availability])[] {
    return Array.from(this.#desk.takeMoved(), (show) => [show.id, availabilityOf(show)]);
  }

  /** SHA-256 of the state's bytes by partition: equal logs give equal digests [D3]. */
  digests(): ReadonlyMap<PartitionId, Uint8Array> {
    const { codec, hasher } = this.#options.host;
    return new Map(this.#partitions.map((each) => [each.id, hasher(encodeState(each, codec))]));
  }

  /** Saves a snapshot of every partition that has changed. Call when not busy. */
  async saveSnapshots(): Promise<void> {
    for (const partition of this.#partitions) {
      if (partition.bytesSinceSnapshot > 0) await this.#takeSnapshot(partition)();
    }
  }

  #now(): Millis {
    return laterOf(this.#options.host.clock.now(), this.#lastTimeMs);
  }

  #schedule(): void {
    if (this.#scheduled || this.#gate.broken) return;
    if (this.#inTurn === undefined) {
      if (this.#gate.inFlight >= limits.appendsInFlight) return;
      if (this.backlog === 0 && this.#desk.nextDueMs > this.#now()) return;
    }
    this.#scheduled = true;
    this.#options.host.soon(() => {
      this.#scheduled = false;
      this.#turn();
    });
  }

  /** Nothing that is waiting can be told any more, and nothing more is decided [D4]. */
  #fail(reason: string): void {
    const failed = { type: 'failed', reason: 'logUnavailable' } as const;
    // The gate has answered the turns that were closed; one that is open nobody else knows of.
    const outputs = this.#inTurn === undefined ? [] : this.#desk.finish().outputs;
    for (const output of outputs) {
      if (!('to' in output)) continue;
      this.#answerAtOnce({ ...failed, to: output.to, requestId: output.requestId });
    }
    for (let index = this.#decided; index < this.#mailbox.length; index++) {
      const request = this.#mailbox[index];
      if (request === undefined || !('requestId' in request)) continue;
      const to = this.#origins[index] as Origin;
      this.#answerAtOnce({ ...failed, to, requestId: request.requestId });
    }
    this.#emptyMailbox();
    this.#inTurn = undefined;
    this.#options.onFailure(reason);
  }

  #turn(): void {
    if (this.#gate.broken) return;
    if (this.#inTurn === undefined) {
      this.#inTurn = 0;
      this.#lastTimeMs = this.#now();
      this.#desk.begin(this.#lastTimeMs);
      this.#desk.passTime();
    }
    this.#inTurn += this.#decideSlice();
    const logIsBusy = this.#gate.inFlight > 0;
    if (this.backlog === 0 || this.#inTurn >= limits.commandsPerTurn || !logIsBusy) {
      this.#inTurn = undefined;
      this.#close(this.#desk.finish());
      this.stats.turns++;
    }
    this.#schedule();
  }

  #decideSlice(): number {
    const [from, mailbox] = [this.#decided, this.#mailbox];
    const until = Math.min(mailbox.length, from + limits.commandsPerSlice);
    for (let index = from; index < until; index++) {
      const request = mailbox[index];
      if (request !== undefined) this.#desk.handle(this.#origins[index] as Origin, request);
    }
    if (until === mailbox.length) this.#emptyMailbox();
    else this.#decided = until;
    return until - from;
  }

  #emptyMailbox(): void {
    this.#mailbox = [];
    this.#origins = [];
    this.#decided = 0;
  }

  #close(work: TurnsWork<Origin>): void {
    const { host, snapshotAfterBytes = limits.snapshotAfterBytes } = this.#options;
    const { hasher } = host;
    const { outputs, touched, repeats } = work;
    const frames: Frame[] = [];
    const snapshots: (() => Promise<void>)[] = [];
    for (const partition of touched) {
      const frame = partition.seal(hasher);
      if (frame === undefined) continue;
      frames.push(frame);
      this.stats.logBytes += frame.body.byteLength;
      if (partition.bytesSinceSnapshot >= snapshotAfterBytes) {
        snapshots.push(this.#takeSnapshot(partition));
      }
    }
    this.stats.frames += frames.length;
    const append = frames.length > 0 ? this.#options.log.append(frames) : undefined;
    // A snapshot is kept only once all that it holds is durable; losing one costs time, not data.
    const run = () => {
      for (const save of snapshots) save().catch(() => undefined);
    };
    if (areComplete(outputs, repeats)) {
      this.#gate.keep(outputs, append, snapshots.length > 0 ? run : undefined);
      return;
    }
    const fill = () => answerRepeats(outputs, this.#options.log, host.codec);
    this.#gate.keepUnfilled(outputs, append, { run, fill });
  }

  /** Takes the state's bytes now; the returned function saves them. */
  #takeSnapshot(partition: Partition): () => Promise<void> {
    const body = encodeState(partition, this.#options.host.codec);
    const { id, lastLsn, lastHash, lastTimeMs } = partition;
    const snapshot = { partition: id, lsn: lastLsn, hash: lastHash, timeMs: lastTimeMs, body };
    partition.snapshotTaken();
    this.stats.snapshots++;
    return () => this.#options.log.saveSnapshot(snapshot);
  }

  #answerAtOnce(output: Output<Origin>): void {
    const { egress } = this.#options;
    egress.release(egress.stage([output]));
  }
}
