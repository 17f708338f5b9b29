/**
 * What was pushed to a line, numbered, until its client has asked for it. The buffer is bounded:
 * whoever comes too late for a number is told to ask for everything anew.
 */
import { twinLimits } from './twin-limits.ts';

export interface NewsFound {
  /** What to ask with next time. */
  readonly next: number;
  /** Something was missed: what the client knows may be out of date. */
  readonly resync: boolean;
  /** JSON texts, oldest first. */
  readonly messages: readonly string[];
}

export class News {
  /** Numbered from `#first` on. */
  readonly #kept: string[] = [];
  #first = 1;
  #bytes = 0;

  /** The number of the newest; 0 where there has been none. */
  get last(): number {
    return this.#first + this.#kept.length - 1;
  }

  add(message: string): void {
    this.#kept.push(message);
    this.#bytes += message.length;
    while (this.#kept.length > twinLimits.newsKept || this.#bytes > twinLimits.newsKeptBytes) {
      this.#bytes -= this.#kept.shift()?.length ?? 0;
      this.#first++;
    }
  }

  /** All after number `since`; a number that cannot be followed on from asks for a resync. */
  after(since: number): NewsFound {
    const next = this.last;
    if (since < this.#first - 1 || since > next) return { next, resync: true, messages: [] };
    return { next, resync: false, messages: this.#kept.slice(since + 1 - this.#first) };
  }
}
