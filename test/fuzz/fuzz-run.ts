/**
 * A whole attack on a real server: good clients measured alone, then together with fuzzed
 * messages, abused lines, idle crowds and readers that never read; then quiet, and a look at
 * memory and at the log.
 */

import type { ShowId } from '../../engine/ids.ts';
import { Random, seedOf } from '../../gateway/demo/random.ts';
import { Auditor } from '../../persistence/audit/auditor.ts';
import { LogFile } from '../../persistence/audit/log-file.ts';
import { findShow } from '../support/demo-show.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { metric, residentMib } from '../support/server-facts.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { Attacker, type AttackTally } from './attacker.ts';
import { BystanderHost } from './bystander-host.ts';
import { deafCrowd, idleCrowd } from './crowds.ts';
import { abuseLine } from './line-abuse.ts';

export interface FuzzOptions {
  readonly messages: number;
  readonly seed: number;
  /** Fuzzed messages a second, over all hostile connections. */
  readonly rate: number;
  readonly idle: number;
  /** Seconds of good clients alone, before the attack and, as a pause, after it. */
  readonly calmSeconds: number;
  readonly onProgress: (sent: number) => void;
}

export interface FuzzReport {
  readonly seed: number;
  readonly messages: number;
  readonly seconds: number;
  readonly connections: number;
  readonly abusedLines: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly crashes: number;
  readonly faults: number;
  readonly p99BeforeMs: number;
  readonly p99DuringMs: number;
  readonly p99Ratio: number;
  readonly memoryBeforeMib: number;
  readonly memoryAfterMib: number;
  readonly memoryRatio: number;
  readonly auditFindings: readonly string[];
  readonly findings: AttackTally['findings'];
  readonly log: string;
}

const HOSTILE = 16;
const LINES_EVERY_MS = 100;
const GOOD = 8;
const DEAF = 4;
/** Of the messages, sent before memory is looked at first: what is made once is made then. */
const WARM_UP_SHARE = 0.25;

export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const flags = ['--demo-days', '1', '--log-level', 'warn', '--messages-per-second', '0'];
  const server = await startServerProcess({ flags });
  try {
    return await attack(server, options);
  } finally {
    await server.stop();
  }
}

async function attack(server: ServerProcess, options: FuzzOptions): Promise<FuzzReport> {
  const { seed } = options;
  const { raw } = await RawSocket.greeted(server.socketUrl);
  const quiet = await findShow(raw, 320);
  const stormed = await Promise.all([60, 72, 144].map((seats) => findShow(raw, seats)));
  await raw.close();
  const world = { shows: stormed.map(({ id }) => id), seats: 144 };
  const tally: AttackTally = { sent: 0, connections: 0, answers: new Map(), findings: [] };
  const attackers = Array.from({ length: HOSTILE }, (_, index) => {
    const random = new Random(seedOf('attacker', seed, index));
    const protocol = index % 2 === 0 ? 'msgpack' : 'json';
    return new Attacker(server.socketUrl, protocol, random, world, tally);
  });
  const storm = (until: number) => sendUntil(attackers, tally, until, options);
  const wish = { url: server.socketUrl, show: quiet.id, count: GOOD };
  const bystanders = await BystanderHost.start(wish);
  try {
    return await besiege(server, options, { storm, tally, bystanders, quiet: quiet.id });
  } finally {
    bystanders.end();
  }
}

interface Siege {
  /** Sends until so many messages were sent in all. */
  readonly storm: (until: number) => Promise<void>;
  readonly tally: AttackTally;
  readonly bystanders: BystanderHost;
  /** The show of the good clients. */
  readonly quiet: ShowId;
}

async function besiege(
  server: ServerProcess,
  options: FuzzOptions,
  { storm, tally, bystanders, quiet }: Siege,
): Promise<FuzzReport> {
  const { seed, calmSeconds } = options;
  let crashes = 0;
  void server.ended.then(() => crashes++);
  const startedMs = performance.now();
  await storm(Math.ceil(options.messages * WARM_UP_SHARE));
  await pause(calmSeconds * 1_000);
  const memoryBefore = await residentMib(server);
  await bystanders.take();
  await pause(calmSeconds * 1_000);
  const before = await bystanders.take();
  const idle = await idleCrowd(server.socketUrl, options.idle);
  const deaf = await deafCrowd(server.socketUrl, quiet, DEAF);
  await bystanders.take();
  const abuse = new LineAbuse(server.port, new Random(seedOf('lines', seed)));
  await storm(options.messages);
  const during = await bystanders.take();
  const abusedLines = await abuse.stop();
  idle.leave();
  deaf.leave();
  await pause(calmSeconds * 1_000);
  await bystanders.stop();
  const memoryAfter = await residentMib(server);
  const faults = await metric(server, 'usher_faults_total');
  const auditFindings = auditOf(server.data);
  return {
    seed,
    messages: tally.sent,
    seconds: Math.round((performance.now() - startedMs) / 1_000),
    connections: tally.connections,
    abusedLines,
    answers: Object.fromEntries([...tally.answers].sort()),
    crashes,
    faults,
    p99BeforeMs: before.p99Ms,
    p99DuringMs: during.p99Ms,
    p99Ratio: during.p99Ms / before.p99Ms,
    memoryBeforeMib: memoryBefore,
    memoryAfterMib: memoryAfter,
    memoryRatio: memoryAfter / memoryBefore,
    auditFindings,
    findings: tally.findings,
    log: server.log(),
  };
}

/** Lets the attackers send until so many were sent in all, at the wanted rate. */
async function sendUntil(
  attackers: readonly Attacker[],
  tally: AttackTally,
  until: number,
  { rate, onProgress }: FuzzOptions,
): Promise<void> {
  const startedMs = performance.now();
  const sentBefore = tally.sent;
  const more = async () => {
    onProgress(tally.sent);
    if (tally.sent >= until) return false;
    const dueMs = ((tally.sent - sentBefore) / rate) * 1_000;
    const aheadMs = dueMs - (performance.now() - startedMs);
    if (aheadMs > 1) await pause(aheadMs);
    return tally.sent < until;
  };
  await Promise.all(attackers.map((attacker) => attacker.run(more)));
}

/** Opens one abused line after the other, several at a time. */
class LineAbuse {
  readonly #timer: NodeJS.Timeout;
  readonly #lines: Promise<void>[] = [];

  constructor(port: number, random: Random) {
    this.#timer = setInterval(() => this.#lines.push(abuseLine(port, random)), LINES_EVERY_MS);
  }

  async stop(): Promise<number> {
    clearInterval(this.#timer);
    await Promise.all(this.#lines);
    return this.#lines.length;
  }
}

function auditOf(data: string): readonly string[] {
  const auditor = new Auditor();
  const file = new LogFile(data);
  try {
    for (const read of file.audit(auditor)) void read;
  } finally {
    file.close();
  }
  return auditor.finish().map(({ code, sentence }) => `${code}: ${sentence}`);
}

function pause(ms: number): Promise<void> {
  return new Promise((later) => setTimeout(later, ms));
}
