/**
 * The life of one log file: it is made, killed while it is being made, fought over, killed again
 * and again, and audited. Whatever was acknowledged in any of its lives must be there.
 *
 *   make ─▶ start ─▶ everybody is back ─▶ promises kept? ─▶ fight ─▶ kill ─┐
 *             ▲                                                           │
 *             └───────────────────────────────────────────────────────────┘
 */
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { makeTown, type TermChanges, type TownShow } from '../../../bench/load/town-file.ts';
import { connect } from '../../../gateway/client/index.ts';
import { Random, seedOf } from '../../../gateway/demo/random.ts';
import { auditLog } from '../../support/log-audit.ts';
import { networkIsBack } from '../../support/network-news.ts';
import { runServer } from '../../support/run-server.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { Fighter } from '../fighter.ts';
import { compareReceipts, Ledger } from '../ledger.ts';
import { checkPromises } from './promises.ts';
import type { CrashTally } from './tally.ts';

/** When the server is killed: under load, before it serves, or while it saves on its way out. */
export type KillMoment = 'load' | 'start' | 'stop';

export interface EraOptions {
  readonly folder: string;
  readonly port: number;
  readonly random: Random;
  readonly tally: CrashTally;
  readonly number: number;
}

/** How often those who have not come back are told that they can. */
const KNOCK_MS = 100;
const SEATS = 24;
const FIGHTERS_PER_SHOW = 10;
/** Short times, so that holds expire and offers lapse between two kills too. */
const brisk: TermChanges = { holdTtlMs: 700, offerTtlMs: 400, graceMs: 100, waitTtlMs: 5_000 };
const terms: readonly TermChanges[] = [{}, {}, {}, brisk, brisk];
/** A snapshot every few frames, so that kills find many of them under way. */
const flags = ['--messages-per-second', '0', '--log-level', 'warn', '--snapshot-after-kib', '2'];

interface Arena {
  readonly show: TownShow;
  readonly fighters: readonly Fighter[];
  readonly ledger: Ledger;
}

export class Era {
  readonly #options: EraOptions;
  readonly #data: string;
  #arenas: readonly Arena[] = [];
  #server: ServerProcess | undefined;
  #fights: { readonly end: AbortController; readonly over: Promise<unknown> } | undefined;

  constructor(options: EraOptions) {
    this.#options = options;
    this.#data = join(options.folder, `era-${options.number}.db`);
  }

  /** Kills a server or two that make the file, then puts the town in. */
  async begin(): Promise<void> {
    const { random } = this.#options;
    for (let kills = random.between(1, 2); kills > 0; kills--) await this.#killAtStart();
    const shows = await makeTown(this.#data, SEATS, terms);
    await this.#start();
    this.#arenas = shows.map((show) => this.#arena(show));
    await this.#everybody();
  }

  /** One kill, and all that was promised before it looked for after it. */
  async cycle(moment: KillMoment): Promise<void> {
    const { random } = this.#options;
    const server = this.#server;
    if (server === undefined) throw new Error('an era begins before its cycles');
    this.#fight();
    await pause(random.between(100, 600));
    if (moment === 'stop') {
      server.signal('SIGTERM');
      await pause(random.between(0, 80));
    }
    await server.kill();
    for (const { fighters } of this.#arenas) for (const fighter of fighters) fighter.outages++;
    if (moment === 'start') await this.#killAtStart();
    await this.#start();
    await this.#ceasefire();
    for (const { show, fighters } of this.#arenas) {
      const { lost, soldTwice } = await checkPromises(show, fighters);
      this.#options.tally.lost.push(...lost);
      this.#options.tally.soldTwice.push(...soldTwice);
    }
  }

  /** Reads the whole log and compares every receipt of this era with it. */
  audit(): void {
    const { tally, number } = this.#options;
    const log = auditLog(this.#data);
    tally.addFindings(log.problems.map((problem) => `era ${number}: ${problem}`));
    for (const { show, ledger } of this.#arenas) {
      tally.lost.push(...compareReceipts(log, show.id, ledger.entries));
      tally.others.push(...ledger.problems.splice(0));
    }
    tally.audits++;
  }

  /** Ends the server as an operator would, after a last audit; counts what was promised. */
  async end(): Promise<void> {
    const { tally } = this.#options;
    this.audit();
    for (const { fighters, ledger } of this.#arenas) {
      for (const { client } of fighters) client.close();
      tally.addLedger(ledger);
    }
    this.#server?.signal('SIGTERM');
    const ended = await this.#server?.ended;
    if (ended !== undefined && ended.code !== 0) {
      tally.others.push(`the server ended with ${ended.code ?? ended.signal}`);
    }
  }

  /** Leaves nothing running, whatever happened. */
  async abandon(): Promise<void> {
    this.#fights?.end.abort();
    for (const { fighters } of this.#arenas) for (const { client } of fighters) client.close();
    await this.#server?.kill();
  }

  async #start(): Promise<void> {
    const { port } = this.#options;
    this.#server = await startServerProcess({ data: this.#data, port, flags, demo: false });
  }

  async #killAtStart(): Promise<void> {
    const { port, random } = this.#options;
    const launch = [...flags, '--port', String(port), '--data', this.#data];
    await runServer(launch, { killAfterMs: random.between(60, 420) });
  }

  #arena(show: TownShow): Arena {
    const ledger = new Ledger();
    const url = this.#server?.socketUrl ?? '';
    const fighters = Array.from({ length: FIGHTERS_PER_SHOW }, (_, index) => {
      const client = connect({ url, WebSocket, requestTimeoutMs: 60_000 });
      const random = new Random(seedOf(show.id, this.#options.number, index));
      const { id, seats } = show;
      return new Fighter({ client, show: id, seats, random, ledger, pauseMs: [0, 25] });
    });
    return { show, fighters, ledger };
  }

  #fight(): void {
    const end = new AbortController();
    const fighters = this.#arenas.flatMap((arena) => arena.fighters);
    const over = Promise.all(fighters.map((fighter) => fighter.fight(end.signal)));
    this.#fights = { end, over };
  }

  /** Nobody begins anything more; what was under way is asked again and answered [H7]. */
  async #ceasefire(): Promise<void> {
    this.#fights?.end.abort();
    await this.#everybody();
    await this.#fights?.over;
    this.#fights = undefined;
  }

  async #everybody(): Promise<void> {
    const knocking = setInterval(networkIsBack, KNOCK_MS);
    networkIsBack();
    await Promise.all(
      this.#arenas.flatMap(({ fighters }) => fighters.map(({ client }) => client.ready())),
    );
    clearInterval(knocking);
  }
}

const pause = (forMs: number) => new Promise((later) => setTimeout(later, forMs));
