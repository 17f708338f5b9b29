/**
 * How many parties are ahead of a ticket [W8], exactly, in a line that people leave from anywhere.
 * One bit a ticket, in blocks of 256 with a count each: joining and leaving touch one block; a
 * rank adds up the counts of the blocks before and the bits in its own.
 *
 *   counts  [0] [0] [17] [256] [90]        blocks before `head` are empty, and
 *                ▲   head                  are given back when room is needed
 */
import { invariant } from '../../unreachable.ts';

const TICKETS_PER_BLOCK = 256;
const WORDS_PER_BLOCK = TICKETS_PER_BLOCK / 32;
const FEWEST_BLOCKS = 4;
const NO_COUNTS = new Uint16Array(0);
const NO_WORDS = new Uint32Array(0);

export class TicketRanks {
  /** Live tickets of each block. */
  #counts = NO_COUNTS;
  /** The bitmap, lowest ticket in the lowest bit of a block's first word. */
  #words = NO_WORDS;
  /** Which block stands at index 0: block n has the tickets from 256 n. */
  #firstBlock = 0;
  /** No block before this index has a live ticket. */
  #head = 0;
  /** One past the index of the highest ticket's block. */
  #end = 0;
  #live = 0;
  #lastTicket = -1;

  /** Memory taken by the bitmap and its counts, in bytes. */
  get bytes(): number {
    return this.#counts.byteLength + this.#words.byteLength;
  }

  /** Appends a ticket above all earlier ones. Constant time, amortised. */
  join(ticket: number): void {
    invariant(Number.isSafeInteger(ticket) && ticket > this.#lastTicket, 'tickets rise');
    const block = Math.floor(ticket / TICKETS_PER_BLOCK);
    if (this.#live === 0) this.#firstBlock = block;
    if (block - this.#firstBlock >= this.#counts.length) this.#makeRoom(block);
    const index = block - this.#firstBlock;
    const word = index * WORDS_PER_BLOCK + ((ticket % TICKETS_PER_BLOCK) >> 5);
    this.#words[word] = (this.#words[word] as number) | bitOf(ticket);
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#end = index + 1;
    this.#live++;
    this.#lastTicket = ticket;
  }

  /** Takes a live ticket out. Constant time, amortised: each block is passed by the head once. */
  leave(ticket: number): void {
    const index = Math.floor(ticket / TICKETS_PER_BLOCK) - this.#firstBlock;
    const word = index * WORDS_PER_BLOCK + ((ticket % TICKETS_PER_BLOCK) >> 5);
    const bits = this.#words[word] ?? 0;
    invariant((bits & bitOf(ticket)) !== 0, 'only a live ticket leaves');
    this.#words[word] = bits & ~bitOf(ticket);
    this.#counts[index] = (this.#counts[index] as number) - 1;
    this.#live--;
    if (this.#live === 0) this.#forgetAll();
    else while (this.#counts[this.#head] === 0) this.#head++;
  }

  /** Live tickets below this one, which need not be live itself. */
  ahead(ticket: number): number {
    const index = Math.floor(ticket / TICKETS_PER_BLOCK) - this.#firstBlock;
    if (index >= this.#end) return this.#live;
    let count = 0;
    for (let block = this.#head; block < index; block++) count += this.#counts[block] as number;
    if (index < this.#head) return count;
    const word = index * WORDS_PER_BLOCK + ((ticket % TICKETS_PER_BLOCK) >> 5);
    for (let before = index * WORDS_PER_BLOCK; before < word; before++) {
      count += onesIn(this.#words[before] as number);
    }
    return count + onesIn((this.#words[word] as number) & (bitOf(ticket) - 1));
  }

  /**
   * Drops the empty blocks before the head and sizes the arrays so that the rest, up to `block`,
   * fills half of them at the most. So every move is paid for by the blocks joined since the last.
   */
  #makeRoom(block: number): void {
    const head = this.#head;
    const needed = block - this.#firstBlock - head + 1;
    let capacity = FEWEST_BLOCKS;
    while (needed > capacity / 2) capacity *= 2;
    const counts = new Uint16Array(capacity);
    const words = new Uint32Array(capacity * WORDS_PER_BLOCK);
    counts.set(this.#counts.subarray(head, this.#end));
    words.set(this.#words.subarray(head * WORDS_PER_BLOCK, this.#end * WORDS_PER_BLOCK));
    this.#counts = counts;
    this.#words = words;
    this.#firstBlock += head;
    this.#end -= head;
    this.#head = 0;
  }

  /** An empty line takes no memory. */
  #forgetAll(): void {
    this.#counts = NO_COUNTS;
    this.#words = NO_WORDS;
    this.#head = 0;
    this.#end = 0;
  }
}

function bitOf(ticket: number): number {
  return 1 << (ticket % 32);
}

/** Number of ones in a 32-bit word, summed in ever wider fields. */
function onesIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
