/** The faults: each does its harm now and, where it lasts, ends by itself. */
import type { SimDisk } from './disk.ts';
import type { Kernel, Thread } from './kernel.ts';
import type { Network } from './network.ts';
import type { Operator } from './operator.ts';
import type { Person } from './person.ts';
import { Random } from './random.ts';
import type { FaultKind, Scenario } from './scenario.ts';

export interface Harmed {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly disk: SimDisk;
  readonly operator: Operator;
  readonly people: readonly (Person | undefined)[];
  readonly scenario: Scenario;
  /** Has a shard's thread find a few requests in its mailbox, from `afterUs` on. */
  pester(thread: Thread, afterUs: number): void;
  /** Sets the wall clock, forwards or backwards. */
  setClock(byMs: number): void;
}

/** False where there was nothing to harm. */
export function strike(harmed: Harmed, kind: FaultKind, operation: number): boolean {
  const chance = new Random(harmed.scenario.seed, 'fault', operation);
  const { kernel, disk, operator, network } = harmed;
  switch (kind) {
    case 'drop':
      return cutSomebody(harmed, chance);
    case 'stall':
      return stallSomebody(harmed, chance);
    case 'lag':
      network.delay = chance.logBetween(3, 40);
      return lasting(harmed, chance.between(300, 5_000), () => {
        network.delay = 1;
      });
    case 'gatewayDeath':
    case 'shardDeath':
    case 'logDeath':
      return killThread(harmed, kind, chance);
    case 'zombie':
      return makeZombie(harmed, chance);
    case 'crash':
    case 'powerCut':
      return crash(harmed, kind === 'powerCut', chance);
    case 'restart':
      operator.restart();
      return true;
    case 'diskFull':
      disk.full = true;
      return lasting(harmed, chance.between(100, 4_000), () => {
        disk.full = false;
      });
    case 'ioError':
      disk.failures = chance.between(1, 2);
      return true;
    case 'slowDisk':
      disk.slowness = chance.logBetween(10, 3_000);
      return lasting(harmed, chance.between(200, 4_000), () => {
        disk.slowness = 1;
      });
    case 'bitFlip':
      return flipFrame(harmed, chance);
    case 'snapshotFlip':
      return flipSnapshot(harmed, chance);
    case 'lostSnapshot':
      return loseSnapshots(harmed, chance);
    case 'lostTail':
      return loseTail(harmed, chance);
    case 'clockJump': {
      const size = Math.round(chance.logBetween(10, 240_000));
      harmed.setClock(chance.chance(0.5) ? size : -size);
      return true;
    }
    case 'overload':
      return overload(harmed, chance);
    default:
      kernel.trace.text(kind);
      return false;
  }
}

function lasting({ kernel }: Harmed, ms: number, end: () => void): boolean {
  kernel.after(undefined, ms * 1000, end);
  return true;
}

/** Now, or in the midst of the next write. */
function crash(harmed: Harmed, power: boolean, chance: Random): boolean {
  const { disk, operator, kernel } = harmed;
  const downUs = chance.between(20_000, 2_000_000);
  const part = chance.unit();
  const strikeNow = () => {
    if (power) disk.mend();
    operator.crash(power, downUs);
  };
  if (chance.chance(0.3)) strikeNow();
  else disk.whenWriting = (us) => kernel.after(undefined, us * part, strikeNow);
  return true;
}

function someoneConnected(harmed: Harmed, chance: Random): Person | undefined {
  const here = harmed.people.filter((person) => person?.connection !== undefined);
  return here.length === 0 ? undefined : chance.pick(here);
}

function cutSomebody(harmed: Harmed, chance: Random): boolean {
  const connection = someoneConnected(harmed, chance)?.connection;
  connection?.cut(chance.pick([0, 50_000, 2_000_000]));
  return connection !== undefined;
}

function stallSomebody(harmed: Harmed, chance: Random): boolean {
  const connection = someoneConnected(harmed, chance)?.connection;
  connection?.stall(chance.between(100_000, 3_000_000));
  return connection !== undefined;
}

/** At once, or in the midst of the work it does next: some posts get out, the rest do not. */
function killThread(harmed: Harmed, kind: FaultKind, chance: Random): boolean {
  const { process } = harmed.operator;
  if (process === undefined) return false;
  let thread: Thread | undefined;
  if (kind === 'logDeath') thread = process.log;
  else if (kind === 'shardDeath') thread = process.shards[chance.below(process.shards.length)];
  else if (process.gateways.length > 1) thread = chance.pick(process.gateways)?.thread;
  if (thread?.alive !== true || thread === process.main) return false;
  const { kernel, disk, operator } = harmed;
  const doomed = thread;
  if (kind === 'logDeath') thread.whenDead.push(() => operator.excuse());
  if (chance.chance(0.3)) kernel.kill(thread);
  else if (chance.chance(0.5)) {
    const part = chance.unit() * 1.5;
    disk.whenWriting = (us) => kernel.after(undefined, us * part, () => kernel.kill(doomed));
  } else thread.postsLeft = chance.below(6);
  return true;
}

/**
 * It does nothing for a moment, so that it is held for dead and another takes over; then it goes
 * on with what had arrived.
 */
function makeZombie(harmed: Harmed, chance: Random): boolean {
  const { process } = harmed.operator;
  const thread = process?.shards[chance.below(process.shards.length)];
  if (process === undefined || thread?.alive !== true || process.zombies.has(thread)) return false;
  process.zombies.add(thread);
  const { kernel } = harmed;
  const pauseUs = chance.between(0, 25_000);
  thread.busyUntilUs = Math.max(thread.busyUntilUs, kernel.nowUs + pauseUs);
  const noticedUs = chance.below(pauseUs + 1);
  kernel.after(undefined, noticedUs, () => process.declareDead.get(thread)?.());
  harmed.pester(thread, pauseUs);
  return lasting(harmed, chance.between(200, 8_000), () => harmed.kernel.kill(thread));
}

/** Durable frames only: what is under way has other ways to be lost. */
function someFrame({ disk }: Harmed, chance: Random) {
  const kept = [...disk.partitions].filter(([id]) => (disk.marks.get(id)?.lsn ?? 0) > 1);
  if (kept.length === 0 || disk.damages.length > 0) return undefined;
  const [id, stored] = chance.pick(kept);
  const durable = stored.frames.filter((frame) => frame.lsn <= (disk.marks.get(id)?.lsn ?? 0));
  const frame = durable.length === 0 ? undefined : chance.pick(durable);
  return frame === undefined ? undefined : { stored, frame };
}

/** Noticed when it is read: often somebody soon has to. */
function soonRead(harmed: Harmed, chance: Random): void {
  const { operator, kernel } = harmed;
  const { process } = operator;
  if (chance.chance(0.4)) operator.crash(false, chance.between(20_000, 500_000));
  else if (chance.chance(0.6)) {
    const thread = process?.shards[chance.below(process.shards.length)];
    if (thread?.alive === true) kernel.kill(thread);
  }
}

function flip(bytes: Uint8Array, chance: Random): Uint8Array {
  const flipped = new Uint8Array(bytes);
  const at = chance.below(flipped.length);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << chance.below(8));
  return flipped;
}

function flipFrame(harmed: Harmed, chance: Random): boolean {
  const found = someFrame(harmed, chance);
  if (found === undefined) return false;
  const { stored, frame } = found;
  const part = chance.pick(['body', 'hash', 'time'] as const);
  const wrong = {
    body: { body: flip(frame.body, chance) },
    hash: { hash: flip(frame.hash, chance) },
    time: { timeMs: (frame.timeMs + 1) as typeof frame.timeMs },
  }[part];
  const damaged = { ...frame, ...wrong };
  const replace = (from: object, to: typeof frame) => {
    const index = stored.frames.indexOf(from as typeof frame);
    if (index !== -1) stored.frames[index] = to;
  };
  replace(frame, damaged);
  const { partition, lsn } = frame;
  const mend = () => replace(damaged, frame);
  harmed.disk.damages.push({ what: `a flipped bit in LSN ${lsn}`, partition, lsn, mend });
  soonRead(harmed, chance);
  return true;
}

function flipSnapshot(harmed: Harmed, chance: Random): boolean {
  const { disk } = harmed;
  const kept = [...disk.partitions].filter(([, stored]) => stored.snapshots.length > 0);
  if (kept.length === 0 || disk.damages.length > 0) return false;
  const [partition, stored] = chance.pick(kept);
  const newest = stored.snapshots.at(-1);
  if (newest === undefined) return false;
  const { snapshot } = newest;
  newest.snapshot = { ...snapshot, body: flip(snapshot.body, chance) };
  const mend = () => {
    newest.snapshot = snapshot;
  };
  disk.damages.push({ what: 'a flipped bit in a snapshot', partition, lsn: snapshot.lsn, mend });
  soonRead(harmed, chance);
  return true;
}

/** Losing one costs time, not data. */
function loseSnapshots(harmed: Harmed, chance: Random): boolean {
  const { disk } = harmed;
  let lost = false;
  for (const stored of disk.partitions.values()) {
    if (stored.snapshots.length === 0 || chance.chance(0.5)) continue;
    stored.snapshots = chance.chance(0.5) ? [] : stored.snapshots.slice(0, -1);
    lost = true;
  }
  if (lost) soonRead(harmed, chance);
  return lost;
}

/** The process dies, and the last frames of a log are gone although they were synced. */
function loseTail(harmed: Harmed, chance: Random): boolean {
  const { disk, operator } = harmed;
  const found = someFrame(harmed, chance);
  if (found === undefined || operator.process === undefined) return false;
  operator.crash(false, chance.between(20_000, 500_000));
  // What a failed sync left in doubt is behind the tail that is lost.
  disk.settleDoubt();
  const { stored, frame } = found;
  const whole = stored.frames;
  const left = whole.filter(({ lsn }) => lsn < frame.lsn);
  if ((disk.marks.get(frame.partition)?.lsn ?? 0) <= (left.at(-1)?.lsn ?? 0)) return false;
  stored.frames = left;
  const mend = () => {
    stored.frames = whole;
  };
  const { partition, lsn } = frame;
  disk.damages.push({ what: `a log that ends before LSN ${lsn}`, partition, lsn, mend });
  return true;
}

function overload(harmed: Harmed, chance: Random): boolean {
  const { process } = harmed.operator;
  if (process === undefined) return false;
  const { shards, gateways } = process;
  const threads = [...shards, ...gateways.map((gateway) => gateway?.thread)];
  const thread = chance.pick(threads);
  if (thread?.alive !== true) return false;
  const { costUs } = thread;
  if (costUs > 1_000) return false;
  thread.costUs = Math.round(chance.logBetween(2_000, 30_000));
  return lasting(harmed, chance.between(200, 2_000), () => {
    thread.costUs = costUs;
  });
}
