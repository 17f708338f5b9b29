/**
 * The mix of holds and releases with nothing but the show actors: `decide`, then `evolve`. No
 * mailbox, no frames, no answers; what is left is what the rules themselves cost.
 */
import { lsn, seq } from '../../engine/ids.ts';
import { GENESIS_HASH } from '../../engine/shard/log-store.ts';
import type { UserCommand } from '../../engine/show/command.ts';
import { decide } from '../../engine/show/decide.ts';
import type { FrameRef, ShowEvent } from '../../engine/show/events.ts';
import { evolve } from '../../engine/show/evolve.ts';
import { compileLayout } from '../../engine/show/seats/compiled-layout.ts';
import { newShow, type Show } from '../../engine/show/show.ts';
import { runningClock, showIds } from './driven-shard.ts';
import { hallOf, plainTerms } from './hall.ts';
import { HoldLanes, type MixSize } from './hold-lanes.ts';

/** Decisions that share a time and a frame, as one slice of a shard's turn. */
const A_FRAME = 512;
const NOBODY = { add: () => undefined, remove: () => undefined };

export class PureMix {
  refused = 0;
  lastRefusal: string | undefined;
  readonly #shows: readonly Show[];
  readonly #lanes: HoldLanes;
  #frame: FrameRef = frameNow();
  #inFrame = 0;

  constructor(size: MixSize) {
    const ids = showIds(size.shows);
    const definition = hallOf(size.seatsPerShow);
    const layout = compileLayout(definition);
    const terms = plainTerms(runningClock());
    this.#shows = ids.map((id) => newShow(id, layout, terms, NOBODY));
    for (const show of this.#shows) {
      this.#apply(show, [{ type: 'showScheduled', layout: definition.id, terms }]);
      this.#apply(show, [{ type: 'saleOpened' }]);
    }
    this.#lanes = new HoldLanes(ids, size);
    for (const { show, hold } of this.#lanes.standing()) this.#decide(show, hold);
  }

  get decisionsARound(): number {
    return this.#lanes.decisionsARound;
  }

  prepare(): void {
    this.#lanes.prepare();
  }

  run(): void {
    const { lanes } = this.#lanes;
    for (const { show, hold } of lanes) this.#decide(show, hold);
    for (const { show, release } of lanes) this.#decide(show, release);
  }

  #decide(at: number, command: UserCommand): void {
    const show = this.#shows[at] as Show;
    if (++this.#inFrame > A_FRAME) {
      this.#frame = frameNow();
      this.#inFrame = 1;
    }
    const verdict = decide(show, command, { timeMs: this.#frame.timeMs, frame: this.#frame });
    if (verdict.type === 'decided') {
      this.#apply(show, verdict.events, command);
      return;
    }
    this.refused++;
    this.lastRefusal = verdict.type === 'rejected' ? verdict.reason : verdict.type;
  }

  #apply(show: Show, events: readonly ShowEvent[], asked?: UserCommand): void {
    const { user, requestId } = asked ?? {};
    const next = seq(show.seq + 1);
    evolve(show, { show: show.id, seq: next, user, requestId, events, frame: this.#frame });
  }
}

function frameNow(): FrameRef {
  return { timeMs: runningClock(), lsn: lsn(1), hash: GENESIS_HASH };
}
