/**
 * How fast the auditor goes through a log: a crowd that holds, changes, books, cancels, waits and
 * takes up offers writes a file through the engine, on a clock that runs ahead so that deadlines
 * pass, and then the whole file is audited as `npm run audit` does it.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Engine, openEngine } from '../../engine/index.ts';
import { Auditor } from '../../persistence/audit/auditor.ts';
import { LogFile } from '../../persistence/audit/log-file.ts';
import { nodeHost, openSqliteLog } from '../../persistence/index.ts';
import type { BenchOptions } from '../options.ts';
import { type Machine, machine } from '../report/facts.ts';
import type { Progress } from '../report/progress.ts';
import { decimals, renderTable, whole } from '../report/table.ts';

const LANES = 512;
const ROWS = 10;
const SEATS_A_ROW = 20;
/** How far the clock goes with each request: a million of them are half an hour. */
const MS_A_REQUEST = 2;

export interface AuditBenchReport extends Machine {
  readonly scenario: 'audit';
  readonly eventsPerSecond: number;
  readonly events: number;
  readonly decisions: number;
  readonly frames: number;
  readonly fileMiB: number;
  readonly seconds: number;
  readonly heapMiB: number;
  readonly findings: number;
  readonly shows: number;
  readonly warnings: readonly string[];
}

export async function auditScenario(
  options: BenchOptions,
  progress: Progress,
): Promise<AuditBenchReport> {
  const directory = mkdtempSync(join(tmpdir(), 'usher-bench-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  // Ctrl-C ends the process without coming past the `finally` below.
  process.once('exit', remove);
  try {
    const file = join(directory, 'usher.db');
    progress.stretch('writing a log', options.events / 25_000);
    await writeLog(file, options);
    progress.stretch('auditing it', options.events / 500_000);
    return audit(file, options);
  } finally {
    remove();
  }
}

function audit(file: string, { shows }: BenchOptions): AuditBenchReport {
  const startedMs = performance.now();
  const log = new LogFile(file);
  const auditor = new Auditor();
  for (const _ of log.audit(auditor));
  auditor.finish();
  log.close();
  const seconds = (performance.now() - startedMs) / 1000;
  const { events, decisions, frames, findings } = auditor.counts;
  return {
    scenario: 'audit',
    eventsPerSecond: Math.round(events / seconds),
    events,
    decisions,
    frames,
    fileMiB: Number((statSync(file).size / 2 ** 20).toFixed(1)),
    seconds: Number(seconds.toFixed(2)),
    heapMiB: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
    findings,
    shows,
    warnings: auditor.findings.slice(0, 5).map(({ rule, sentence }) => `[${rule}] ${sentence}`),
    ...machine(),
  };
}

async function writeLog(file: string, { shows, events, seed }: BenchOptions): Promise<void> {
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

export function renderAudit(report: AuditBenchReport): string {
  const { shows, events, frames, decisions } = report;
  const title = `audit: ${whole(events)} events in ${whole(frames)} frames of ${shows} shows`;
  return renderTable(title, [
    ['events audited a second', whole(report.eventsPerSecond)],
    ['seconds', decimals(report.seconds, 2), `${whole(decisions)} decisions`],
    ['file', decimals(report.fileMiB, 1), 'MiB'],
    ['heap at the end', whole(report.heapMiB), 'MiB'],
    ['findings', whole(report.findings)],
  ]);
}
