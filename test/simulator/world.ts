/** One run: a seed, its operations or some of them, and what the oracle found. */
import { Catalog } from '../../engine/catalog/catalog.ts';
import { millis } from '../../engine/ids.ts';
import { defaults, limits } from '../../engine/limits.ts';
import type { LogStore } from '../../engine/shard/log-store.ts';
import { partitionOf } from '../../engine/shard/route.ts';
import { Shard } from '../../engine/shard/shard.ts';
import { CatalogHost } from '../../gateway/catalog/catalog-host.ts';
import { jsonClientCodec, msgpackClientCodec } from '../../gateway/wire/client-codec.ts';
import type { Connection as Origin } from '../../gateway/workers/shard-connections.ts';
import type { Staged } from '../../gateway/workers/shard-egress.ts';
import { sameBytes } from '../../persistence/bytes.ts';
import { act, actForHouse } from './actions.ts';
import { SimDisk } from './disk.ts';
import { strike } from './faults.ts';
import { powerOn } from './globals.ts';
import { Kernel, type Thread } from './kernel.ts';
import { type ClientEnd, Connection, type Network } from './network.ts';
import { Operator } from './operator.ts';
import { Oracle, type Violation } from './oracle.ts';
import { Person, type Session, type Town } from './person.ts';
import { makePlan, type Operation } from './plan.ts';
import { Provider } from './provider.ts';
import { Random } from './random.ts';
import { makeScenario, type Scenario, START_MS } from './scenario.ts';
import { checkMoney, compareMine, readAll } from './settled.ts';
import { SimLog } from './sim-log.ts';

export interface RunOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Only these operations of the plan; all where left out. */
  readonly only?: ReadonlySet<number> | undefined;
  readonly say?: ((text: string) => void) | undefined;
}

export interface RunResult {
  readonly seed: number;
  /** Requests that were sent, faults that struck, decisions that became durable. */
  readonly commands: number;
  readonly faults: number;
  readonly decisions: number;
  readonly virtualMs: number;
  readonly traceHash: string;
  readonly events: number;
  readonly violations: readonly Violation[];
  readonly faultsByKind: Readonly<Record<string, number>>;
  /** What was decided and what was answered, by kind. */
  readonly counts: Readonly<Record<string, number>>;
}

const SECOND = 1_000_000;
/** Within so long after the last fault everything must be settled. */
const SETTLE_US = 30 * SECOND;
/** A deadline is looked at every 50 ms; the rest is for a turn and its sync. */
const LATE_MS = 1_500;
const SAMPLE = 120;

type AnyShard = Shard<Origin, Staged>;
interface Hosting {
  readonly shard: AnyShard;
  readonly thread: Thread;
  readonly partitions: ReadonlySet<number>;
}

const openShard = Shard.open;

export class World implements Town {
  readonly kernel: Kernel;
  readonly world: Thread;
  readonly oracle: Oracle;
  readonly scenario: Scenario;
  readonly seatsOfShow: ReadonlyMap<string, number>;
  readonly paidShows: ReadonlySet<string>;
  readonly provider: Provider;
  readonly disk: SimDisk;
  readonly operator: Operator;
  readonly network: Network;
  readonly people: (Person | undefined)[] = [];
  calm = false;
  readonly #chance: Random;
  readonly #plan: readonly Operation[];
  readonly #sessions: (Session | undefined)[] = [];
  #hosting: Hosting[] = [];
  #wallOffsetMs = 0;
  #forwardMs = 0;
  #commands = 0;
  #faults: Record<string, number> = {};
  readonly #only: ReadonlySet<number> | undefined;

  constructor(options: RunOptions) {
    const { seed, minutes, only } = options;
    this.scenario = makeScenario(seed, minutes);
    this.#plan = makePlan(this.scenario);
    this.#only = only;
    this.#chance = new Random(seed, 'world');
    this.kernel = new Kernel((thread, error) => this.#fault(thread, error));
    const { kernel } = this;
    this.world = kernel.thread('world', 0);
    this.seatsOfShow = this.scenario.seatsOfShow;
    this.paidShows = this.scenario.paidShows;
    this.oracle = new Oracle(kernel);
    this.disk = new SimDisk(kernel, new Random(seed, 'disk'));
    this.disk.onDurable = (frame) => this.oracle.durable(frame);
    this.disk.onUnfenced = (text) => this.oracle.violate('not-fenced', text);
    const { world, oracle } = this;
    const desk = () => this.operator.desk;
    this.provider = new Provider({ kernel, world, seed, oracle, desk });
    oracle.onDecision = (decision) => this.provider.durable(decision);
    const read = (bytes: Uint8Array | string, to: Connection | undefined) => this.#read(bytes, to);
    this.network = { kernel, chance: new Random(seed, 'network'), world, delay: 1, read };
    this.operator = new Operator({
      kernel,
      chance: new Random(seed, 'parts'),
      network: this.network,
      disk: this.disk,
      oracle,
      scenario: this.scenario,
      world,
      say: (text) => options.say?.(`${(kernel.nowUs / SECOND).toFixed(3)} ${text}`),
    });
  }

  async run(): Promise<RunResult> {
    const { kernel, scenario } = this;
    const restore = tune(scenario);
    powerOn({
      kernel,
      chance: new Random(scenario.seed, 'machine'),
      wallMs: () => START_MS + Math.floor(kernel.nowUs / 1000) + this.#wallOffsetMs,
      exit: () => this.operator.exited(),
    });
    Shard.open = ((...given: Parameters<typeof openShard>) =>
      this.#opened(given)) as typeof Shard.open;
    const onReject = (error: unknown) => kernel.fault(error);
    process.on('unhandledRejection', onReject);
    try {
      await this.#play();
    } finally {
      process.off('unhandledRejection', onReject);
      Shard.open = openShard;
      restore();
    }
    return this.#result();
  }

  connect(client: ClientEnd, protocol: string): Connection | undefined {
    const gateways = this.operator.process?.gateways ?? [];
    const open = gateways.filter((app) => app?.listening === true && app.thread.alive);
    const app = open.length > 0 ? this.#chance.pick(open) : gateways[0];
    if (app !== undefined) return new Connection(this.network, app, client, protocol);
    // Nobody listens: refused at once.
    this.kernel.after(this.world, 1_000, () => client.closed());
    return undefined;
  }

  async #play(): Promise<void> {
    const { kernel, scenario } = this;
    await this.#prepare();
    const endUs = scenario.minutes * 60 * SECOND;
    this.operator.start();
    this.#every(250_000, () => this.#tick());
    for (const operation of this.#plan) {
      if (this.#only !== undefined && !this.#only.has(operation.id)) continue;
      const thread = operation.type === 'fault' ? undefined : this.world;
      kernel.at(thread, operation.atMs * 1000, () => this.#do(operation));
    }
    // In slices, so that a run ends soon after the first thing found.
    for (let us = SECOND; us <= endUs && this.oracle.violations.length === 0; us += SECOND) {
      await kernel.run(us);
    }
    if (this.oracle.violations.length > 0) return;
    this.#settle();
    await kernel.run(endUs + SETTLE_US / 2);
    this.#askAll();
    await kernel.run(endUs + SETTLE_US);
    if (this.oracle.violations.length === 0) this.#checkSettled();
  }

  /** The catalogue is in the log before the first start. */
  async #prepare(): Promise<void> {
    const { kernel, disk, scenario } = this;
    const signingKey = '302e020100300506032b657004220420';
    disk.meta.set('session-secret', new Uint8Array(32).fill(7));
    disk.meta.set('ticket-key', Buffer.from(signingKey + '11'.repeat(32), 'hex'));
    kernel.at(this.world, 0, () => {
      const log: LogStore = new SimLog(disk);
      CatalogHost.open(new Catalog(), log, { now: () => millis(START_MS) })
        .then((host) => host.record(scenario.catalog))
        .catch((error: unknown) => this.#fault(this.world, error));
    });
    await kernel.run(100_000);
  }

  #do(operation: Operation): void {
    const { type, kind, id } = operation;
    let done = false;
    if (type === 'person') {
      const person = this.#person(operation.person);
      done = act(person, operation.kind, id, this.scenario);
    } else if (type === 'house') {
      const submit = (show: string, origin: Origin, command: Parameters<AnyShard['submit']>[1]) =>
        this.#submit(show, origin, command);
      const house = { scenario: this.scenario, oracle: this.oracle, submit };
      done = actForHouse(house, operation.kind, id);
    } else {
      const setClock = (byMs: number) => this.#setClock(byMs);
      const pester = (thread: Thread, afterUs: number) => this.#pester(thread, afterUs, id);
      done = strike({ ...this, setClock, pester }, operation.kind, id);
      if (done) this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
    }
    if (done && type !== 'fault') this.#commands++;
  }

  /** Some share a session with another: a second tab. */
  #person(index: number): Person {
    let person = this.people[index];
    if (person === undefined) {
      const isTab = index > 0 && new Random(this.scenario.seed, 'tab', index).chance(0.1);
      const session = isTab ? this.#person(index - 1).session : { token: null, user: undefined };
      this.#sessions[index] = session;
      person = new Person(this, this.scenario.seed, index, session);
      this.people[index] = person;
    }
    return person;
  }

  #every(us: number, look: () => void): void {
    this.kernel.after(this.world, us, () => {
      look();
      this.#every(us, look);
    });
  }

  #tick(): void {
    this.operator.tick();
    for (const person of this.people) person?.tick();
  }

  #submit(show: string, origin: Origin, command: Parameters<AnyShard['submit']>[1]): boolean {
    const partition = partitionOf(show);
    const host = this.#hosting.findLast(
      ({ thread, partitions }) => thread.alive && partitions.has(partition),
    );
    if (host === undefined) return false;
    this.kernel.after(host.thread, 50, () => host.shard.submit(origin, command));
    return true;
  }

  #pester(thread: Thread, afterUs: number, operation: number): void {
    const host = this.#hosting.findLast((each) => each.thread === thread);
    if (host === undefined) return;
    const submit = (show: string, origin: Origin, command: Parameters<AnyShard['submit']>[1]) => {
      if (host.partitions.has(partitionOf(show))) host.shard.submit(origin, command);
      return true;
    };
    const house = { scenario: this.scenario, oracle: this.oracle, submit };
    for (let nth = 0; nth < 6; nth++) {
      const kind = nth % 2 === 0 ? 'block' : 'unblock';
      this.kernel.after(thread, afterUs + nth * 3_000, () => {
        actForHouse(house, kind, operation + nth / 10);
      });
    }
  }

  #setClock(byMs: number): void {
    // People's requests are remembered for an hour: the run stays well below it.
    if (this.#forwardMs + byMs > 1_500_000) return;
    this.#forwardMs += Math.max(0, byMs);
    this.#wallOffsetMs += byMs;
  }

  /** A shard has recovered: its state must be what the log alone gives [D2, D3]. */
  async #opened(given: Parameters<typeof openShard>): Promise<AnyShard> {
    const thread = this.kernel.running;
    const shard = (await openShard.apply(Shard, given)) as unknown as AnyShard;
    const partitions = new Set<number>(given[0]);
    this.#hosting = this.#hosting.filter((host) => host.thread.alive);
    this.#hosting.push({ shard, thread, partitions });
    if (thread.alive) this.#compare(shard, 'recovered');
    return shard;
  }

  #compare(shard: AnyShard, what: string): void {
    for (const [partition, digest] of shard.digests()) {
      if (sameBytes(digest, this.oracle.follower.digest(partition))) continue;
      this.oracle.violate('state', `partition ${partition}: the ${what} state is not the log's`);
    }
  }

  #fault(thread: Thread, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.oracle.violate('fault', `${thread.name}: ${text}`);
    if (thread !== this.world) this.kernel.kill(thread);
  }

  #read(bytes: Uint8Array | string, to: Connection | undefined): unknown {
    if (typeof bytes === 'string') this.kernel.trace.text(bytes);
    else this.kernel.trace.bytes(bytes);
    const codec = typeof bytes === 'string' ? jsonClientCodec : msgpackClientCodec;
    const message = codec.decode(bytes);
    if (message === undefined) {
      this.oracle.violate('unreadable', 'a message of the server cannot be read');
      return undefined;
    }
    if (message.type === 'welcome' && to !== undefined) to.user = message.user;
    this.oracle.told(message, to);
    return message;
  }

  /** The weather clears: what is open must now come to its end. */
  #settle(): void {
    const { disk, network, operator } = this;
    this.calm = true;
    disk.full = false;
    disk.failures = 0;
    disk.slowness = 1;
    // A blow that waited for a write strikes no more.
    disk.whenWriting = undefined;
    disk.mend();
    network.delay = 1;
    this.provider.settle();
    for (const thread of operator.process?.zombies ?? []) this.kernel.kill(thread);
  }

  #askAll(): void {
    const known = this.people.filter((person) => person?.session.user !== undefined);
    for (const person of known.slice(0, SAMPLE)) {
      this.kernel.after(this.world, 1, () => {
        person?.ask('mine', {});
        person?.ask('watch', { show: this.#chance.pick(this.scenario.shows) });
      });
    }
  }

  #checkSettled(): void {
    const { operator, oracle, kernel } = this;
    if (!operator.up) oracle.violate('unsettled', 'the server is not up 30 s after the last fault');
    const nowMs = this.#engineMs();
    oracle.finish(nowMs === undefined ? undefined : nowMs - LATE_MS);
    for (const person of this.people) {
      const [open] = person?.pending.values() ?? [];
      if (person === undefined || open === undefined) continue;
      const { type, requestId } = open.message;
      oracle.violate('unanswered', `${type} ${requestId} of person ${person.index} is still open`);
    }
    for (const { shard, thread } of this.#hosting) if (thread.alive) this.#compare(shard, 'live');
    const calmUs = (this.scenario.minutes * 60 + 10) * SECOND;
    for (const person of this.people) compareMine(person, this, calmUs);
    checkMoney(this.provider.bills, oracle);
    if (operator.process?.log?.alive === true) readAll(this);
    kernel.trace.number(oracle.violations.length);
  }

  #engineMs(): number | undefined {
    const anchor = this.operator.process?.anchor;
    if (anchor === undefined) return undefined;
    return anchor.wallMs + Math.floor(this.kernel.nowUs / 1000 - Number(anchor.monotonicNs) / 1e6);
  }

  #result(): RunResult {
    const { kernel, oracle, scenario } = this;
    return {
      seed: scenario.seed,
      commands: this.#commands,
      faults: Object.values(this.#faults).reduce((sum, count) => sum + count, 0),
      decisions: oracle.follower.decisions,
      virtualMs: Math.round(kernel.nowUs / 1000),
      traceHash: kernel.trace.digest(),
      events: kernel.trace.count,
      violations: oracle.violations,
      faultsByKind: this.#faults,
      counts: { ...oracle.follower.counts, ...oracle.counts, ...this.provider.counts },
    };
  }
}

/** Makes the engine's limits this run's; the returned function puts them back. */
function tune({ tuning }: Scenario): () => void {
  const { recoveryGraceMs, ...sizes } = tuning;
  const before = { ...limits };
  const grace = defaults.recoveryGraceMs;
  Object.assign(limits, sizes);
  Object.assign(defaults, { recoveryGraceMs });
  return () => {
    Object.assign(limits, before);
    Object.assign(defaults, { recoveryGraceMs: grace });
  };
}

export function runSeed(options: RunOptions): Promise<RunResult> {
  return new World(options).run();
}

/** The operations that a seed plans. */
export function planOf(seed: number, minutes: number): readonly Operation[] {
  return makePlan(makeScenario(seed, minutes));
}
