/**
 * What the bench and its load processes tell each other. A load process connects, says that it is
 * ready, runs when told to, marks the measured stretch, and ends with its result.
 *
 *   bench                         load process
 *     ── LoadOrder ──────────────▶  connects
 *     ◀─────────────── ready ────
 *     ── go ─────────────────────▶  warms up
 *     ◀─────────────── measuring ─  measures
 *     ◀─────────────── measured ──  drains
 *     ◀─────────────── done ──────  exits
 */
import type { Trip } from './browse-connection.ts';
import type { LoadShow } from './places.ts';

export interface LoadOrder {
  readonly type: 'order';
  /** `watch`: the first connections sell the one show, the others watch it. */
  readonly scenario: 'hold' | 'echo' | 'watch' | 'listen' | 'browse';
  readonly host: string;
  readonly port: number;
  /** Connections of all load processes together … */
  readonly connections: number;
  /** … of which this one opens those from here … */
  readonly firstConnection: number;
  /** … up to but not including this one. */
  readonly untilConnection: number;
  readonly pipeline: number;
  /** Connections that sell what the others watch. */
  readonly sellers: number;
  /** Arrivals a second that this process makes; 0 for a closed loop. */
  readonly rate: number;
  readonly warmupSeconds: number;
  readonly seconds: number;
  readonly seed: number;
  readonly shows: readonly LoadShow[];
  /** What browsers look at, each from another place in the list on. */
  readonly trips?: readonly Trip[];
  /** Where to leave the acknowledged decisions. */
  readonly acksPath: string;
}

/** What one load process measured. */
export interface LoadResult {
  /** Length of the measured stretch. */
  readonly seconds: number;
  /** Decisions acknowledged (or messages echoed) in it. */
  readonly operations: number;
  /** Payload of the messages counted as operations, where that is counted. */
  readonly bytes: number;
  /** Refusals of the deliberately contested seats in it. */
  readonly conflicts: number;
  /** Decisions acknowledged in it, also where messages are what counts as operations. */
  readonly decisions: number;
  /** Base64 HDR histogram of microseconds: of answers, or of seats' ages; empty where none. */
  readonly latencies: string;
  /** CPU time of the process in the measured stretch. */
  readonly cpuUs: number;
  /** Of an open loop: arrivals scheduled in the stretch, those answered, those sent too late. */
  readonly arrivals: number;
  readonly answeredArrivals: number;
  readonly lateArrivals: number;
  /** Over the whole run, warm-up and drain included. */
  readonly acknowledged: number;
  readonly booked: number;
  /** What should not happen, by name. */
  readonly errors: Readonly<Record<string, number>>;
}

export type ToLoad = LoadOrder | { readonly type: 'go' };

export type FromLoad =
  | { readonly type: 'ready' }
  | { readonly type: 'measuring' }
  | { readonly type: 'measured' }
  | { readonly type: 'done'; readonly result: LoadResult }
  | { readonly type: 'failed'; readonly reason: string };
