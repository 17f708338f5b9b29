/** What an engine needs from Node: MessagePack, SHA-256, a steady clock and the event loop. */
import { millis } from '../engine/ids.ts';
import type { LibraryHost } from '../engine/library/engine.ts';
import { codec } from './codec.ts';
import { sha256 } from './hasher.ts';

const wallMs = Date.now();
const startedMs = performance.now();

/** For an engine in this process; give it to `openEngine` beside the log. */
export const nodeHost: LibraryHost = {
  codec,
  hasher: sha256,
  // Anchored once: a wall clock that is set later moves no deadline [T1].
  clock: { now: () => millis(Math.floor(wallMs + performance.now() - startedMs)) },
  soon: (turn) => {
    setImmediate(turn);
  },
  every: (pauseMs, act) => {
    // A process that has nothing else to do may end; the log keeps what it knows.
    const timer = setInterval(act, pauseMs).unref();
    return () => clearInterval(timer);
  },
};
