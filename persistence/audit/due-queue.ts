/**
 * Things with a deadline, the earliest first. A thing that ended, or whose deadline moved, stays
 * in the heap until it comes to the top or until most of the heap is of that kind, so that the
 * memory follows what is live and not what has been.
 */
export interface Dated {
  dueMs: number;
  live: boolean;
}

export class DueQueue<Thing extends Dated> {
  readonly #belongs: (thing: Thing) => boolean;
  #times: number[] = [];
  #things: Thing[] = [];
  #live = 0;

  /** `belongs` tells the things of this queue from those that have gone over to another. */
  constructor(belongs: (thing: Thing) => boolean = () => true) {
    this.#belongs = belongs;
  }

  get live(): number {
    return this.#live;
  }

  add(thing: Thing): void {
    this.#live++;
    this.#push(thing);
  }

  /** Call when a thing of the queue is no longer live, or no longer belongs to it. */
  ended(): void {
    this.#live--;
    if (this.#times.length > 64 && this.#times.length > 4 * this.#live) this.#rebuild();
  }

  /** Call when the deadline of a thing of the queue has moved to later. */
  moved(thing: Thing): void {
    this.#push(thing);
  }

  /** The live thing with the earliest deadline. */
  first(): Thing | undefined {
    for (;;) {
      const thing = this.#things[0];
      if (thing === undefined) return undefined;
      if (thing.live && thing.dueMs === this.#times[0] && this.#belongs(thing)) return thing;
      this.#pop();
    }
  }

  #push(thing: Thing): void {
    const times = this.#times;
    const things = this.#things;
    const time = thing.dueMs;
    let at = times.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((times[parent] as number) <= time) break;
      times[at] = times[parent] as number;
      things[at] = things[parent] as Thing;
      at = parent;
    }
    times[at] = time;
    things[at] = thing;
  }

  #pop(): void {
    const time = this.#times.pop();
    const thing = this.#things.pop();
    const times = this.#times;
    const things = this.#things;
    if (time === undefined || thing === undefined || times.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= times.length) break;
      const right = times[child + 1];
      if (right !== undefined && right < (times[child] as number)) child++;
      if ((times[child] as number) >= time) break;
      times[at] = times[child] as number;
      things[at] = things[child] as Thing;
      at = child;
    }
    times[at] = time;
    things[at] = thing;
  }

  #rebuild(): void {
    const seen = new Set<Thing>();
    for (const thing of this.#things) if (thing.live && this.#belongs(thing)) seen.add(thing);
    this.#times = [];
    this.#things = [];
    for (const thing of seen) this.#push(thing);
  }
}
