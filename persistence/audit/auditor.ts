/**
 * The auditor: from the log alone it says whether the rules were kept [F2]. It is written from
 * the rules and from the words that describe the log's format, and shares no code with what
 * decides, applies or reads a log, so that a mistake there is not made here again.
 *
 *   frame(row) … frame(row)   ─▶ chain ─▶ body ─▶ the show's book ─▶ findings
 *   reply(seen) … reply(seen) ─▶ compared with the decision that it tells of
 */
import { defaults, limits } from '../../engine/limits.ts';
import type { Layout } from '../../engine/show/seats/layout.ts';
import { Chain, type ChainEnd } from './chain.ts';
import { type LoggedDecision, type LoggedEntry, readEntries } from './facts.ts';
import type { Finding } from './finding.ts';
import { type FindingCode, findingRules } from './finding-codes.ts';
import { ShowHistory } from './history.ts';
import { MessageReader, Unreadable } from './message-reader.ts';
import { Replies } from './replies.ts';
import { rule } from './rules.ts';
import { tellOverdue } from './rules-of-the-show.ts';
import { Ruling } from './ruling.ts';
import { SeatPlan } from './seat-plan.ts';
import type { SeenReply } from './seen.ts';
import { ShowBook } from './show-book.ts';

/** A frame as it stands in the log. */
export interface LogRow {
  readonly partition: number;
  readonly lsn: number;
  readonly epoch: number;
  readonly timeMs: number;
  readonly body: Uint8Array;
  readonly hash: Uint8Array;
}

/** Sees every decision of a show before and after it is entered into the show's book. */
export interface Onlooker {
  before(book: ShowBook, decision: LoggedDecision, row: LogRow): void;
  after(book: ShowBook, decision: LoggedDecision, row: LogRow): void;
  /** A new owner took over; the show's holds and offers stand at least until `floorMs`. */
  epoch?(book: ShowBook, row: LogRow, floorMs: number): void;
}

export interface AuditorOptions {
  /** Keeps a line a decision, so that replies can be compared; without it `reply` throws. */
  readonly history?: boolean;
  /**
   * Frames are given the moment they are durable and replies the moment they are seen: a reply
   * that comes before its frame then was said too early [D1].
   */
  readonly live?: boolean;
  /** Findings kept; all are counted. Default 1,000. */
  readonly mostFindings?: number;
  /** Called with each finding as it is made, also with those that are not kept. */
  readonly onFinding?: (finding: Finding) => void;
  readonly onlooker?: Onlooker;
}

interface Partition {
  readonly chain: Chain;
  readonly layouts: Map<string, SeatPlan>;
  readonly books: Map<string, ShowBook>;
  /** The log begins in the middle: shows that it does not schedule are passed over. */
  readonly isCut: boolean;
}

const MOST_FINDINGS = 1_000;

export class Auditor {
  /** `bytes` are those of the bodies of shows' frames. */
  readonly counts = { frames: 0, bytes: 0, decisions: 0, events: 0, passedOver: 0, findings: 0 };
  /** Every show that was scheduled, by its id. */
  readonly books: ReadonlyMap<string, ShowBook>;
  readonly #books = new Map<string, ShowBook>();
  readonly #histories = new Map<string, ShowHistory>();
  readonly #partitions = new Map<number, Partition>();
  readonly #findings: Finding[] = [];
  readonly #countOf = new Map<FindingCode, number>();
  readonly #options: AuditorOptions;
  readonly #replies: Replies;
  readonly #reader = new MessageReader();

  constructor(options: AuditorOptions = {}) {
    this.books = this.#books;
    this.#options = options;
    this.#replies = new Replies((code, reply, sentence) => {
      const seq = reply.type === 'accepted' ? reply.receipt.seq : undefined;
      const partition = this.#books.get(reply.show)?.partition ?? -1;
      const lsn = reply.type === 'accepted' ? reply.receipt.lsn : 0;
      this.tell(code, { partition, lsn, show: reply.show, seq }, sentence);
    }, options.live ?? false);
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** How often something was found, also where not all of it was kept. */
  countOf(code: FindingCode): number {
    return this.#countOf.get(code) ?? 0;
  }

  /** For a log whose first frames were truncated: where what is left begins. */
  beginAt(partition: number, end: ChainEnd): void {
    this.#partitions.set(partition, newPartition(end));
  }

  /** What a show decided, where a history is kept. */
  historyOf(show: string): ShowHistory | undefined {
    return this.#histories.get(show);
  }

  /** The last frame that was taken of a partition; LSN 0 where none was. */
  endOf(partition: number): { readonly lsn: number; readonly hash: Uint8Array | undefined } {
    const chain = this.#partitions.get(partition)?.chain;
    return { lsn: chain?.lsn ?? 0, hash: chain?.hash };
  }

  /** When the last frame was written, so far as they have been read; 0 where there is none. */
  get lastMs(): number {
    let lastMs = 0;
    for (const { chain } of this.#partitions.values()) lastMs = Math.max(lastMs, chain.timeMs);
    return lastMs;
  }

  /** The next frame; a partition's frames come in the order of the log. Only durable ones. */
  frame(row: LogRow): void {
    this.counts.frames++;
    let partition = this.#partitions.get(row.partition);
    if (partition === undefined) {
      partition = newPartition(undefined);
      this.#partitions.set(row.partition, partition);
    }
    const place = { partition: row.partition, lsn: row.lsn };
    const { chain } = partition;
    if (!chain.take(row, (code, sentence) => this.tell(code, place, sentence))) return;
    if (row.partition === limits.partitions) return this.#readCatalog(row);
    this.counts.bytes += row.body.byteLength;
    const entries = this.#read(row);
    if (entries === undefined) return;
    if (chain.epochBegins && entries[0]?.type !== 'epoch') {
      const sentence = `Epoch ${row.epoch} begins without the mark of its new owner.`;
      this.tell('epoch-unannounced', place, sentence);
    }
    for (const entry of entries) this.#enter(entry, row, partition);
  }

  /**
   * Something a client saw. It may come before or after the frame it tells of.
   * @throws Error without `history`.
   */
  reply(reply: SeenReply): void {
    if (this.#options.history !== true) throw new Error('replies need an auditor with a history');
    this.#replies.take(reply);
  }

  /**
   * Ends the audit. Replies that tell of decisions which are not in the log become findings; with
   * `nowMs`, so does whatever should have been decided by then.
   */
  finish(nowMs?: number): readonly Finding[] {
    this.#replies.finish();
    for (const book of this.#books.values()) {
      const { id, partition, seq, captured, booked, refunded } = book;
      const place = { partition, lsn: this.endOf(partition).lsn, show: id, seq };
      const tell = (code: FindingCode, sentence: string) => this.tell(code, place, sentence);
      if (captured !== booked + refunded) {
        const sum = `${booked} for bookings and ${refunded} given back`;
        tell('money-lost', `${captured} ${book.terms.currency} were taken, but there is ${sum}.`);
      }
      if (nowMs === undefined) continue;
      tellOverdue({ book, nowMs, tell });
      const { onSaleAtMs, closesAtMs } = book.terms;
      if (book.phase === 'scheduled' && onSaleAtMs <= nowMs) tell('opened-late', 'Sale is closed.');
      if (book.phase === 'onSale' && closesAtMs <= nowMs)
        tell('closed-late', 'Sale is still open.');
    }
    return this.#findings;
  }

  /** Adds a finding, also one that was made outside: of a mark or a snapshot beside the log. */
  tell(
    code: FindingCode,
    place: { partition: number; lsn: number; show?: string; seq?: number | undefined },
    sentence: string,
  ): void {
    const { partition, lsn, show, seq } = place;
    const finding: Finding = {
      code,
      rule: findingRules[code],
      partition,
      lsn,
      ...(show === undefined ? {} : { show }),
      ...(seq === undefined ? {} : { seq }),
      sentence,
    };
    this.counts.findings++;
    this.#countOf.set(code, this.countOf(code) + 1);
    this.#options.onFinding?.(finding);
    const most = this.#options.mostFindings ?? MOST_FINDINGS;
    if (this.#findings.length < most) this.#findings.push(finding);
  }

  #read(row: LogRow): readonly LoggedEntry[] | undefined {
    try {
      return readEntries(this.#reader.read(row.body));
    } catch (error) {
      this.#tellUnreadable(row, error);
      return undefined;
    }
  }

  #readCatalog(row: LogRow): void {
    try {
      const content = this.#reader.read(row.body);
      if (!Array.isArray(content) || content[0] !== 1) throw new Unreadable('its version is not 1');
    } catch (error) {
      this.#tellUnreadable(row, error);
    }
  }

  #tellUnreadable({ partition, lsn }: LogRow, error: unknown): void {
    if (!(error instanceof Unreadable)) throw error;
    const sentence = `The frame cannot be read: ${error.message}.`;
    this.tell('body-unreadable', { partition, lsn }, sentence);
  }

  #enter(entry: LoggedEntry, row: LogRow, partition: Partition): void {
    if (entry.type === 'decision') return this.#decide(entry, row, partition);
    if (entry.type === 'layout') return this.#enterLayout(entry.layout, row, partition);
    const { floorMs } = entry;
    const least = row.timeMs + defaults.recoveryGraceMs;
    if (floorMs < least) {
      const sentence = `After an outage holds stand ${least - floorMs} ms less than they should.`;
      this.tell('floor-too-low', row, sentence);
    }
    for (const book of partition.books.values()) {
      this.#options.onlooker?.epoch?.(book, row, floorMs);
      book.extend(floorMs);
    }
  }

  #enterLayout(layout: Layout, row: LogRow, partition: Partition): void {
    if (partition.layouts.has(layout.id)) {
      const sentence = `The layout ${layout.id} is defined a second time.`;
      return this.tell('layout-twice', { partition: row.partition, lsn: row.lsn }, sentence);
    }
    const seats = layout.runs.reduce((sum, run) => sum + run.count, 0);
    if (seats < 1 || seats > limits.seatsPerShow) {
      const sentence = `The layout ${layout.id} has ${seats} seats.`;
      return this.tell('layout-unsound', { partition: row.partition, lsn: row.lsn }, sentence);
    }
    partition.layouts.set(layout.id, new SeatPlan(layout));
  }

  #decide(decision: LoggedDecision, row: LogRow, partition: Partition): void {
    const { show, seq, facts } = decision;
    const place = { partition: row.partition, lsn: row.lsn, show, seq };
    const tell = (code: FindingCode, sentence: string) => this.tell(code, place, sentence);
    this.counts.decisions++;
    this.counts.events += facts.length;
    if (facts.length === 0) return tell('decision-empty', 'It decides nothing.');
    const book = this.#bookOf(decision, row, partition, tell);
    if (book === undefined) return;
    if (seq !== book.seq + 1) tell('decision-gap', `Decision ${seq} follows ${book.seq}.`);
    const { onlooker } = this.#options;
    onlooker?.before(book, decision, row);
    const history = this.#histories.get(show);
    const changes: number[] | undefined = history === undefined ? undefined : [];
    rule(new Ruling(book, decision, row.timeMs, tell, changes));
    onlooker?.after(book, decision, row);
    if (history === undefined || changes === undefined) return;
    history.add(decision, row, changes);
    this.#replies.decided(show, seq);
  }

  /** The show's book; the first decision of a show opens one. */
  #bookOf(
    { show, facts }: LoggedDecision,
    row: LogRow,
    partition: Partition,
    tell: (code: FindingCode, sentence: string) => void,
  ): ShowBook | undefined {
    const known = this.#books.get(show);
    if (known !== undefined) {
      if (known.partition === row.partition) return known;
      tell('show-moved', `The show was in partition ${known.partition} before.`);
      return undefined;
    }
    const [lead] = facts;
    if (lead?.kind !== 'scheduled') {
      if (partition.isCut) this.counts.passedOver++;
      else tell('show-unknown', 'The show decides before it is scheduled.');
      return undefined;
    }
    const plan = partition.layouts.get(lead.layout);
    if (plan === undefined) {
      tell('layout-unknown', `There is no layout ${lead.layout} in this partition.`);
      return undefined;
    }
    if (lead.terms.prices.length < plan.layout.tiers.length) {
      tell('terms-unsound', 'A price tier has no price.');
    }
    const book = new ShowBook(show, row.partition, lead.terms, plan);
    this.#books.set(show, book);
    partition.books.set(show, book);
    if (this.#options.history === true) {
      const history = new ShowHistory(book);
      this.#histories.set(show, history);
      this.#replies.begin(history);
    }
    return book;
  }
}

function newPartition(end: ChainEnd | undefined): Partition {
  return {
    chain: new Chain(end),
    layouts: new Map(),
    books: new Map(),
    isCut: end !== undefined && end.lsn > 0,
  };
}
