/** What the bench, the process that recovers a log and that process's thread say to each other. */
import type { MessagePort } from 'node:worker_threads';

export interface RecoverAsked {
  readonly file: string;
}

export interface RecoverThreadSettings {
  readonly log: MessagePort;
}

/** What the thread that recovered the shows found. */
export interface RecoveredShows {
  readonly recoverMs: number;
  readonly heapBytes: number;
  /** The same after a full collection: what the state itself takes. */
  readonly liveBytes: number;
}

export type RecoverTold =
  | ({ readonly type: 'recovered' } & RecoveredProcess)
  | { readonly type: 'failed'; readonly text: string };

export interface RecoveredProcess extends RecoveredShows {
  /** Opening the file in its thread, with all that is checked there. */
  readonly openMs: number;
  readonly cpuMs: number;
  /** When everything was ready, and at the most until then. */
  readonly rssBytes: number;
  readonly peakRssBytes: number;
}
