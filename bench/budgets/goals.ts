/**
 * The budgets: what Usher has set itself, each a ratio or a count out of one run, so that it means
 * the same on every machine. `runs.ts` says how the runs are made.
 */

import { RECOVER_FIGURES } from '../micro/recovery-report.ts';
import { figureNamed } from '../report/figures.ts';
import { ENGINE_FIGURES } from '../scenarios/engine.ts';
import { HOLD_FIGURES } from '../scenarios/hold.ts';
import { LINE_FIGURES } from '../scenarios/line.ts';
import { MEMORY_FIGURES } from '../scenarios/memory.ts';
import { OPEN_HOLD_FIGURES } from '../scenarios/open-hold.ts';
import { PEERS_FIGURES } from '../scenarios/peers.ts';
import { WATCH_FIGURES } from '../scenarios/watch.ts';
import type { RunName, Runs } from './runs.ts';

export interface Part {
  readonly name: string;
  readonly goal: number;
  readonly unit: string;
  /** Whether the goal is the least or the most that will do. */
  readonly better: 'higher' | 'lower';
  /** Runs that it is read from. */
  readonly from: readonly RunName[];
  readonly value: (runs: Runs) => number;
}

export interface Budget {
  readonly id: 'G1' | 'G2' | 'G3' | 'G4' | 'G5' | 'G6' | 'G7' | 'G8';
  readonly text: string;
  /** The first is the one the budget goes by; it is met where all are. */
  readonly parts: readonly [Part, ...Part[]];
}

/**
 * A line a thousand times as long lies further away in memory, which alone costs some; a search or
 * a walk along it would cost hundreds of times as much.
 */
const LINE_GROWTH = 5;

/** One figure of one run. */
function read(
  name: string,
  from: RunName,
  figureName: string,
  [better, goal, unit]: readonly [Part['better'], number, string],
): Part {
  const value = (runs: Runs) => figureNamed(runs(from).figures, figureName);
  return { name, goal, unit, better, from: [from], value };
}

/** Decisions a second against those of a peer. */
function against(name: string, peer: string, goal: number): Part {
  const value = (runs: Runs) => {
    const own = figureNamed(runs('pipelined').figures, HOLD_FIGURES.decisions);
    return own / figureNamed(runs('peers').figures, peer);
  };
  return { name, goal, unit: '×', better: 'higher', from: ['pipelined', 'peers'], value };
}

export const budgets: readonly Budget[] = [
  {
    id: 'G1',
    text: 'Holds and releases decided on one core, 200 shows',
    parts: [
      read('decided', 'engine', ENGINE_FIGURES.pure, ['higher', 2e6, '/s']),
      read('crowded against empty', 'engine', ENGINE_FIGURES.pureRatio, ['higher', 0.95, '×']),
    ],
  },
  {
    id: 'G2',
    text: 'Durable holds over WebSocket, 32 connections × 64 in flight',
    parts: [
      read('against raw echo', 'pipelined', HOLD_FIGURES.ratio, ['higher', 0.5, '×']),
      against('against PostgreSQL', PEERS_FIGURES.postgres, 150),
      against('against Redis', PEERS_FIGURES.redis, 8),
    ],
  },
  {
    id: 'G3',
    text: 'Durable holds over WebSocket, 256 connections × 1 in flight',
    parts: [read('against raw echo', 'single', HOLD_FIGURES.ratio, ['higher', 0.6, '×'])],
  },
  {
    id: 'G4',
    text: 'A decision at half of that load, in an open loop',
    parts: [
      read('p99', 'open', OPEN_HOLD_FIGURES.p99, ['lower', 5, 'ms']),
      read('p99.9', 'open', OPEN_HOLD_FIGURES.p999, ['lower', 20, 'ms']),
    ],
  },
  {
    id: 'G5',
    text: 'Fan-out to 10,000 watchers of a show that is selling',
    parts: [
      read('against raw publish, a core', 'watch', WATCH_FIGURES.ratio, ['higher', 0.8, '×']),
      read('p99 age of a seat on screen', 'watch', WATCH_FIGURES.p99Age, ['lower', 500, 'ms']),
    ],
  },
  {
    id: 'G6',
    text: 'Restart: a long log, and a national day',
    parts: [
      read('decisions recovered', 'recover', RECOVER_FIGURES.perSecond, ['higher', 1e6, '/s']),
      read('national day ready', 'day', RECOVER_FIGURES.readySeconds, ['lower', 10, 's']),
      read('its memory', 'day', RECOVER_FIGURES.peakRss, ['lower', 1_024, 'MiB']),
    ],
  },
  {
    id: 'G7',
    text: 'What a hold writes and an idle show weighs',
    parts: [
      read('log a hold', 'memory', MEMORY_FIGURES.logBytesPerHold, ['lower', 48, 'bytes']),
      read('idle show of 2,000 seats', 'memory', MEMORY_FIGURES.idleShow, [
        'lower',
        2_048,
        'bytes',
      ]),
    ],
  },
  {
    id: 'G8',
    text: 'A line of 100,000',
    parts: [
      read('500 seats cancelled, served', 'line', LINE_FIGURES.cancel, ['lower', 5, 'ms']),
      ...(['join', 'leave', 'offer'] as const).map((step) => {
        const name = `${step}: longest line against shortest`;
        return read(name, 'line', name, ['lower', LINE_GROWTH, '×']);
      }),
    ],
  },
];

export const budgetIds: readonly Budget['id'][] = budgets.map(({ id }) => id);

export function isBudgetId(text: string): text is Budget['id'] {
  return budgetIds.some((id) => id === text);
}

export interface PartResult {
  readonly name: string;
  readonly value: number;
  readonly goal: number;
  readonly unit: string;
  readonly better: Part['better'];
  readonly met: boolean;
}

export interface BudgetResult {
  readonly id: Budget['id'];
  readonly text: string;
  /** Of the first part. */
  readonly value: number;
  readonly goal: number;
  readonly unit: string;
  /** Whether every part is met. */
  readonly met: boolean;
  readonly parts: readonly PartResult[];
}

export function isMet({ better, goal }: Pick<Part, 'better' | 'goal'>, value: number): boolean {
  return better === 'higher' ? value >= goal : value <= goal;
}

export function judge({ id, text, parts }: Budget, runs: Runs): BudgetResult {
  const judged = parts.map(({ name, goal, unit, better, value: valueIn }) => {
    const value = valueIn(runs);
    return { name, value, goal, unit, better, met: isMet({ better, goal }, value) };
  });
  const [first] = parts;
  const { goal, unit } = first;
  const value = judged[0]?.value ?? Number.NaN;
  return { id, text, value, goal, unit, met: judged.every(({ met }) => met), parts: judged };
}
