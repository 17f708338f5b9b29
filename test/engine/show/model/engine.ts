/** The engine as a run uses it, and what a run sells. */
import { decide } from '../../../../engine/show/decide.ts';
import type { Decision } from '../../../../engine/show/events.ts';
import { evolve } from '../../../../engine/show/evolve.ts';
import type { Layout } from '../../../../engine/show/seats/layout.ts';
import type { Show } from '../../../../engine/show/show.ts';
import type { ShowTerms } from '../../../../engine/show/terms.ts';
import { nextDueMs, passTime } from '../../../../engine/show/time/pass-time.ts';

/** The engine's four doors; a planted bug stands in one of them. */
export interface Engine {
  readonly decide: typeof decide;
  readonly evolve: (show: Show, decision: Decision) => void;
  readonly passTime: typeof passTime;
  readonly nextDueMs: typeof nextDueMs;
}

export const realEngine: Engine = { decide, evolve, passTime, nextDueMs };

/** A hall, its terms, and after how many steps a snapshot is taken. */
export interface Sale {
  readonly layout: Layout;
  readonly terms: ShowTerms;
  readonly snapshotAtStep: number;
  /** Whether the run starts before sale opens. */
  readonly isEarly: boolean;
}
