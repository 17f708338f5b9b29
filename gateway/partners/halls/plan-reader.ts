/** Reads somebody else's plan of a hall: passes over what is not known, and says so. */

export type Json = unknown;
export type Field = Readonly<Record<string, Json>>;

/** Why a plan cannot be used, and where in it that stands. */
export class HallProblem extends Error {
  override readonly name = 'HallProblem';
  /** JSON pointer, or the line of a text. */
  readonly place: string;
  constructor(place: string, sentence: string) {
    super(sentence);
    this.place = place;
  }
}

const LONGEST_NAME = 64;
const MOST_ITEMS = 100_000;
const FARTHEST = 1_000_000;

export class PlanReader<Kind extends string = string> {
  readonly #known: Readonly<Record<Kind, readonly string[]>>;
  /** By what was passed over: how often. */
  readonly #passedOver = new Map<string, number>();
  readonly #notes: string[] = [];

  constructor(known: Readonly<Record<Kind, readonly string[]>>) {
    this.#known = known;
  }

  get notes(): readonly string[] {
    const passed = Array.from(this.#passedOver, ([what, count]) => {
      return `${what} was passed over, ${count === 1 ? 'once' : `${count} times`}.`;
    });
    return [...this.#notes, ...passed];
  }

  note(sentence: string): void {
    if (this.#notes.length < 100) this.#notes.push(sentence);
  }

  object(value: Json, at: string, kind: Kind): Field {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new HallProblem(at === '' ? '/' : at, `Here must be an object: a ${kind}.`);
    }
    for (const name of Object.keys(value)) {
      if (this.#known[kind].includes(name)) continue;
      const what = `"${name.slice(0, LONGEST_NAME)}" of a ${kind}`;
      this.#passedOver.set(what, (this.#passedOver.get(what) ?? 0) + 1);
    }
    return value as Field;
  }

  list(value: Json, at: string): readonly Json[] {
    if (!Array.isArray(value)) throw new HallProblem(at, 'Here must be a list.');
    if (value.length > MOST_ITEMS) throw new HallProblem(at, `At most ${MOST_ITEMS} items.`);
    return value;
  }

  /** A text or a number as a short text. */
  text(value: Json, otherwise: string): string {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || text.trim() === '') return otherwise;
    return text.trim().slice(0, LONGEST_NAME);
  }

  /** Nothing there stands for the origin. */
  position(value: Json, at: string): { readonly x: number; readonly y: number } {
    if (value === undefined || value === null) return { x: 0, y: 0 };
    const { x, y } = (typeof value === 'object' ? value : {}) as Field;
    for (const each of [x, y]) {
      if (typeof each !== 'number' || !Number.isFinite(each) || Math.abs(each) > FARTHEST) {
        throw new HallProblem(at, 'A position has numbers x and y.');
      }
    }
    return { x: Number(x), y: Number(y) };
  }
}
