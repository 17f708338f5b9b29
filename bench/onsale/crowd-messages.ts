/** What the bench and the process of an on-sale's crowd tell each other. */
import type { Series } from '../report/run-report.ts';
import type { Fate } from './contender.ts';

export interface CrowdOrder {
  readonly host: string;
  readonly port: number;
  readonly show: string;
  readonly seats: number;
  readonly contenders: number;
  /** Contenders connected at once; the rest come as others leave. */
  readonly sockets: number;
  readonly seed: number;
  /** What is not over by then is told as it stands. */
  readonly mostSeconds: number;
  readonly acksPath: string;
}

export interface CrowdResult {
  /** From the first rush to the last booking. */
  readonly soldOutSeconds: number;
  readonly seconds: number;
  readonly bookedSeats: number;
  readonly fates: Readonly<Record<Fate | 'unfinished', number>>;
  readonly longestLine: number;
  readonly operations: number;
  readonly acknowledged: number;
  readonly errors: Readonly<Record<string, number>>;
  /** Base64 HDR histogram of microseconds. */
  readonly latencies: string;
  /** Share of a core that the crowd's own process used in its busiest quarter second, 0 … 1. */
  readonly busiestShare: number;
  readonly series: readonly Series[];
}

export type FromCrowd =
  | { readonly type: 'connected' }
  | { readonly type: 'rushed' }
  | { readonly type: 'done'; readonly result: CrowdResult }
  | { readonly type: 'failed'; readonly reason: string };

/** Sent once the order was given and `connected` has come. */
export type ToCrowd =
  | { readonly type: 'order'; readonly order: CrowdOrder }
  | { readonly type: 'go' };
