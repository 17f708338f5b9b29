/**
 * Watches an audit and writes down what is asked about: a show, a seat of it or a person, up to a
 * moment, and the map as it was then.
 */
import type { LogRow, Onlooker } from './auditor.ts';
import { drawMap } from './draw-map.ts';
import type { LoggedDecision } from './facts.ts';
import { sentenceOf } from './sentences.ts';
import type { ShowBook } from './show-book.ts';
import { clock } from './wording.ts';

export interface StoryLine {
  readonly timeMs: number;
  readonly time: string;
  readonly show: string;
  readonly seq: number;
  readonly lsn: number;
  readonly text: string;
}

/** What is asked about; what is left out narrows nothing. */
export interface Question {
  readonly show: string | undefined;
  readonly seat: string | undefined;
  readonly user: string | undefined;
  readonly atMs: number | undefined;
}

/** A question that this log has no answer to. */
export class NoSuchThing extends Error {
  override readonly name = 'NoSuchThing';
}

export class Story implements Onlooker {
  readonly lines: StoryLine[] = [];
  readonly #question: Question;
  #map: readonly string[] | undefined;
  #book: ShowBook | undefined;
  #seats: readonly number[] | undefined;
  #userIsKnown = false;

  constructor(question: Question) {
    this.#question = question;
  }

  /** Whether anything is to be told at all. */
  get isAsked(): boolean {
    return this.#question.show !== undefined || this.#question.user !== undefined;
  }

  /** @throws NoSuchThing for a seat that the hall does not have. */
  before(book: ShowBook, decision: LoggedDecision, row: LogRow): void {
    const { show, atMs, user, seat } = this.#question;
    if (!this.isAsked || (show !== undefined && book.id !== show)) return;
    if (show !== undefined) this.#book = book;
    if (atMs !== undefined && row.timeMs > atMs) {
      if (show !== undefined) this.#map ??= drawMap(book);
      return;
    }
    if (seat !== undefined) this.#seats ??= findSeat(book, seat);
    for (const fact of decision.facts) {
      const { text, users, seats } = sentenceOf(book, decision, fact, row.timeMs);
      if (user !== undefined && !users.includes(user)) continue;
      this.#userIsKnown = true;
      if (this.#seats !== undefined && !seats.some((each) => this.#seats?.includes(each))) continue;
      const { timeMs, lsn } = row;
      this.lines.push({ timeMs, time: clock(timeMs), show: book.id, seq: decision.seq, lsn, text });
    }
  }

  after(): void {}

  /** An outage gave everybody more time [D2]. */
  epoch(book: ShowBook, row: LogRow, floorMs: number): void {
    const { show, user, seat, atMs } = this.#question;
    if (show !== book.id || user !== undefined || seat !== undefined) return;
    if (atMs !== undefined && row.timeMs > atMs) return;
    if (book.holds.size + book.offers.size === 0) return;
    const { timeMs, lsn } = row;
    const text = `After an outage holds and offers stand at least until ${clock(floorMs)}.`;
    this.lines.push({ timeMs, time: clock(timeMs), show: book.id, seq: book.seq, lsn, text });
  }

  /** The map of the show at the moment asked about, or at the end of the log. */
  map(): readonly string[] | undefined {
    if (this.#question.show === undefined || this.#question.user !== undefined) return undefined;
    return this.#map ?? (this.#book === undefined ? undefined : drawMap(this.#book));
  }

  /** @throws NoSuchThing where the log knows nothing of what was asked about. */
  finish(books: ReadonlyMap<string, ShowBook>): void {
    const { show, user } = this.#question;
    if (show !== undefined && this.#book === undefined) {
      const some = [...books.keys()].slice(0, 5).join(', ');
      const there = books.size === 0 ? 'there is none' : `there are ${books.size}, such as ${some}`;
      throw new NoSuchThing(`There is no show ${show} in this log; ${there}.`);
    }
    if (user !== undefined && !this.#userIsKnown) {
      const where = show === undefined ? 'in this log' : `in show ${show}`;
      throw new NoSuchThing(`${user} did nothing ${where} up to then.`);
    }
    this.lines.sort((a, b) => a.timeMs - b.timeMs);
  }
}

/** `A12`, or `Balcony/A12` where several sections have one, or `#17` by index. */
function findSeat(book: ShowBook, asked: string): readonly number[] {
  const { plan } = book;
  const slash = asked.lastIndexOf('/');
  const name = asked.slice(slash + 1);
  const section = slash < 0 ? undefined : asked.slice(0, slash).toLowerCase();
  const found = plan
    .find(name)
    .filter((seat) => section === undefined || plan.sectionOf(seat).toLowerCase() === section);
  const [first] = found;
  if (first === undefined) {
    const example = `such as ${plan.nameOf(0)} or ${plan.nameOf(plan.count - 1)}`;
    throw new NoSuchThing(
      `There is no seat ${asked} in show ${book.id}; there are others, ${example}.`,
    );
  }
  if (found.length > 1) {
    const names = found.map((seat) => `${plan.sectionOf(seat)}/${plan.nameOf(seat)}`);
    throw new NoSuchThing(`Several seats are called ${asked}: ask for ${names.join(' or ')}.`);
  }
  return found;
}
