/**
 * What a shard needs from the program around it. The engine has no clock, no timers and no
 * library of its own: they are passed in, so that a simulator can pass in others.
 */
import type { Millis } from '../ids.ts';
import type { Hasher } from './log-store.ts';

/** Plain values to bytes and back; MessagePack in practice. */
export interface Codec {
  /** A buffer of exactly the value's size that nobody else writes to. */
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

export interface Clock {
  /** Milliseconds since 1970, never less than before, whatever the wall clock does [T1]. */
  now(): Millis;
}

export interface EngineHost {
  readonly codec: Codec;
  readonly hasher: Hasher;
  readonly clock: Clock;
  /** Runs `turn` soon, after what has already arrived has been taken in. */
  readonly soon: (turn: () => void) => void;
}
