/**
 * How fast the auditor goes through a log: a crowd that holds, changes, books, cancels, waits and
 * takes up offers writes a file through the engine, on a clock that runs ahead so that deadlines
 * pass, and then the whole file is audited as `npm run audit` does it.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Engine, openEngine } from '../../engine/index.ts';
import { Auditor } from '../../persistence/audit/auditor.ts';
import { LogFile } from '../../persistence/audit/log-file.ts';
import { nodeHost, openSqliteLog } from '../../persistence/index.ts';
import type { Children } from '../load/children.ts';
import { inTemporaryFolder } from '../load/temporary.ts';
import { machine } from '../report/facts.ts';
import { figure } from '../report/figures.ts';
import type { Progress } from '../report/progress.ts';
import type { RunReport } from '../report/run-report.ts';
import { verdictOf } from '../sweep/verdict.ts';

const MIB = 2 ** 20;
const LANES = 512;
const ROWS = 10;
const SEATS_A_ROW = 20;
/** How far the clock goes with each request: a million of them are half an hour. */
const MS_A_REQUEST = 2;

export interface AuditOptions {
  readonly shows: number;
  /** Decisions and refusals that the crowd causes, about. */
  readonly events: number;
  readonly seed: number;
}

export function auditScenario(
  _children: Children,
  options: AuditOptions,
  progress: Progress,
): Promise<RunReport> {
  return inTemporaryFolder(async (directory) => {
    const file = join(directory, 'usher.db');
    progress.stretch('writing a log', options.events / 25_000);
    await writeLog(file, options);
    progress.stretch('auditing it', options.events / 500_000);
    return audit(file, options);
  });
}

function audit(file: string, { shows, events: asked, seed }: AuditOptions): RunReport {
  const startedMs = performance.now();
  const log = new LogFile(file);
  const auditor = new Auditor();
  for (const _ of log.audit(auditor));
  auditor.finish();
  log.close();
  const seconds = (performance.now() - startedMs) / 1000;
  const { events, frames } = auditor.counts;
  const verdict = verdictOf(auditor);
  return {
    scenario: 'audit',
    settings: { shows, events: asked, seed },
    figures: [
      figure('events audited a second', events / seconds, '/s', 'higher'),
      figure('duration', seconds, 's', 'lower'),
      figure('frames', frames, '', 'lower'),
      figure('file', statSync(file).size / MIB, 'MiB', 'lower'),
      figure('heap at the end', process.memoryUsage().heapUsed / MIB, 'MiB', 'lower'),
    ],
    latencies: [],
    series: [],
    verdict,
    warnings: verdict.findings,
    machine: machine(),
  };
}

async function writeLog(file: string, { shows, events, seed }: AuditOptions): Promise<void> {
  let nowMs = Date.UTC(2026, 0, 5, 12);
  const clock = { now: () => nowMs as ReturnType<typeof nodeHost.clock.now> };
  const engine = await openEngine({ log: openSqliteLog({ file }), host: { ...nodeHost, clock } });
  const crowd = new Crowd(engine, shows, events, seed, () => {
    nowMs += MS_A_REQUEST;
  });
  await crowd.run(nowMs);
  await engine.close();
}

/** People who act one after the other in lanes, each under another name after a while. */
class Crowd {
  readonly #engine: Engine;
  readonly #shows: readonly string[];
  readonly #tick: () => void;
  #left: number;
  #state: number;

  constructor(engine: Engine, shows: number, events: number, seed: number, tick: () => void) {
    this.#engine = engine;
    this.#shows = Array.from({ length: shows }, (_, index) => `show-${index}`);
    this.#left = events;
    this.#state = seed + 1;
    this.#tick = tick;
  }

  async run(startMs: number): Promise<void> {
    const row = { section: 'Stalls', firstNumber: 1, step: 1, count: SEATS_A_ROW, x: 0.5, tier: 0 };
    const layout = {
      id: 'bench-hall',
      name: 'Hall',
      width: SEATS_A_ROW,
      depth: ROWS + 5,
      curve: 0,
      best: { x: SEATS_A_ROW / 2, y: 8 },
      tiers: ['Standard'],
      runs: Array.from({ length: ROWS }, (_, at) => {
        return { ...row, row: String.fromCharCode(65 + at), y: at + 4 };
      }),
    };
    const plan = { layout, startsAtMs: startMs + 10 * 60 * 60_000, currency: 'INR' };
    for (const id of this.#shows) await this.#engine.schedule({ ...plan, id, prices: [25_000] });
    const stop = this.#engine.onTold((told) => {
      if (told.type !== 'offer') return;
      this.#left--;
      void this.#engine.holdBest(told.user, told.show, told.party);
    });
    await Promise.all(Array.from({ length: LANES }, (_, lane) => this.#lane(lane)));
    stop();
  }

  #chance(below: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * below);
  }

  async #lane(lane: number): Promise<void> {
    for (let turn = 0; this.#left > 0; turn++) {
      await this.#visit(`user-${lane}-${Math.floor(turn / 3)}`);
      this.#tick();
    }
  }

  /** Chooses seats and makes up their mind; waits where there is nothing to be had just now. */
  async #visit(user: string): Promise<void> {
    const show = this.#shows[this.#chance(this.#shows.length)] ?? '';
    const count = 1 + this.#chance(4);
    const first = this.#chance(ROWS * SEATS_A_ROW - count);
    const seats = Array.from({ length: count }, (_, at) => first + at);
    const held = await this.#engine.hold(user, show, seats);
    if (held.type === 'rejected') {
      if (held.reason === 'waitInLine') this.#count(await this.#engine.wait(user, show, count));
      return;
    }
    this.#left--;
    if (held.type !== 'held') return;
    const dice = this.#chance(20);
    if (dice < 8) return this.#count(await this.#engine.release(user, show, held.hold));
    if (dice === 8) return;
    if (dice < 11 && count > 1) {
      this.#count(await this.#engine.change(user, show, held.hold, seats.slice(1)));
    }
    const booked = await this.#engine.book(user, show, held.hold);
    this.#count(booked);
    if (booked.type === 'booked' && this.#chance(10) > 0) {
      this.#count(await this.#engine.cancel(user, show, [booked.booking]));
    }
  }

  #count(answer: { readonly type: string }): void {
    if (answer.type !== 'rejected') this.#left--;
  }
}
