/** The mix of holds and releases through a whole shard: mailbox, turns, frames, chain and gate. */
import { DrivenShard, type DrivenShardOptions, showIds } from './driven-shard.ts';
import { hallOf, plainTerms } from './hall.ts';
import { HoldLanes, type MixSize } from './hold-lanes.ts';

const SETTLE_EVERY = 50_000;

export class HoldMix {
  readonly driven: DrivenShard;
  readonly #lanes: HoldLanes;

  private constructor(driven: DrivenShard, lanes: HoldLanes) {
    this.driven = driven;
    this.#lanes = lanes;
  }

  static async open(size: MixSize, options: DrivenShardOptions): Promise<HoldMix> {
    const driven = await DrivenShard.open(options);
    const shows = showIds(size.shows);
    await driven.schedule(shows, hallOf(size.seatsPerShow), plainTerms(driven.now()));
    const lanes = new HoldLanes(shows, size);
    let standing = 0;
    for (const { hold } of lanes.standing()) {
      driven.ask(hold);
      if (++standing % SETTLE_EVERY === 0) await driven.settle();
    }
    await driven.settle();
    return new HoldMix(driven, lanes);
  }

  get decisionsARound(): number {
    return this.#lanes.decisionsARound;
  }

  prepare(): void {
    this.#lanes.prepare();
  }

  async run(): Promise<void> {
    const { driven } = this;
    const { lanes } = this.#lanes;
    for (const { hold } of lanes) driven.ask(hold);
    for (const { release } of lanes) driven.ask(release);
    await driven.settle();
  }
}
