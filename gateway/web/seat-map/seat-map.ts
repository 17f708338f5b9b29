/**
 * The hall as real buttons, one a seat, so that mouse, keyboard and screen reader all work on the
 * same thing. One tab stop; arrow keys walk. What a seat is, is told by shape and symbol as well
 * as by colour: free outlined, held hatched, booked crossed, not for sale dotted, mine ticked.
 */
import type { Layout, Seat } from '../../../engine/show/seats/layout.ts';
import { element, setAttribute } from '../dom.ts';
import { type SeatRow, SeatWalk, seatRows } from './seat-rows.ts';
import type { SeatLook, SeatWords } from './seat-words.ts';

/** Room around the seats, in seat widths: row names at the sides, the screen in front. */
const SIDE_MARGIN = 1.6;
const FRONT_MARGIN = 2.2;
const BACK_MARGIN = 0.8;

export interface SeatMapSource {
  look(seat: number): SeatLook;
  isSelected(seat: number): boolean;
  /** Whether seats can be chosen just now. */
  canChoose(): boolean;
  onToggle(seat: number): void;
}

export class SeatMap {
  readonly root: HTMLElement;
  readonly #hall: HTMLElement;
  readonly #source: SeatMapSource;
  readonly #words: SeatWords;
  readonly #walk: SeatWalk;
  readonly #buttons: readonly HTMLButtonElement[];
  #tabStop = 0;

  constructor(layout: Layout, words: SeatWords, source: SeatMapSource) {
    this.#words = words;
    this.#source = source;
    const rows = seatRows(layout, words.seats);
    this.#walk = new SeatWalk(rows);
    this.#buttons = words.seats.map((seat) => this.#button(seat));
    this.#hall = this.#drawHall(words.seats, rows);
    this.root = element('div', { class: 'map-scroll' }, this.#hall);
    this.#tabStop = nearestTo(words.seats, layout.best);
    for (const seat of words.seats) this.update(seat.index);
  }

  /** Shows a seat as it is now. */
  update(index: number): void {
    const button = this.#buttons[index];
    const seat = this.#words.seats[index];
    if (!button || !seat) return;
    const look = this.#source.look(index);
    const selected = this.#source.isSelected(index);
    setAttribute(button, 'class', classesOf(seat, look, selected));
    setAttribute(button, 'data-state', look);
    setAttribute(button, 'aria-pressed', selected ? 'true' : 'false');
    setAttribute(button, 'aria-label', this.#words.label(seat, look));
    const choosable = look === 'free' || look === 'mine' || selected;
    const enabled = choosable && this.#source.canChoose();
    setAttribute(button, 'aria-disabled', enabled ? undefined : 'true');
    setAttribute(button, 'tabindex', index === this.#tabStop ? 0 : -1);
  }

  updateAll(): void {
    for (let index = 0; index < this.#buttons.length; index++) this.update(index);
  }

  /** Points out seats that somebody else was quicker to get. */
  flash(indexes: readonly number[]): void {
    for (const index of indexes) {
      const button = this.#buttons[index];
      if (!button) continue;
      button.dataset.lost = 'true';
      button.addEventListener('animationend', () => delete button.dataset.lost, { once: true });
    }
  }

  /** Scrolls so that the best seats are in the middle, where the hall is wider than the screen. */
  centre(): void {
    this.root.scrollLeft = (this.root.scrollWidth - this.root.clientWidth) / 2;
  }

  #button(seat: Seat): HTMLButtonElement {
    return element('button', {
      type: 'button',
      'data-seat': seat.index,
      'data-tier': seat.tier,
      tabindex: -1,
    });
  }

  #drawHall(seats: readonly Seat[], rows: readonly SeatRow[]): HTMLElement {
    const left = Math.min(...seats.map((seat) => seat.x)) - SIDE_MARGIN;
    const right = Math.max(...seats.map((seat) => seat.x)) + SIDE_MARGIN;
    const front = Math.min(...seats.map((seat) => seat.y)) - FRONT_MARGIN;
    const back = Math.max(...seats.map((seat) => seat.y)) + BACK_MARGIN;
    const hall = element('div', {
      class: 'hall',
      role: 'group',
      'aria-label': 'Seat map. The screen is at the top. Arrow keys walk, space selects.',
      'data-testid': 'seat-map',
      onclick: (event) => this.#clicked(event),
      onkeydown: (event) => this.#pressed(event),
    });
    hall.style.setProperty('--columns', String(right - left));
    hall.style.setProperty('--rows', String(back - front));
    hall.append(element('div', { class: 'screen', 'aria-hidden': 'true' }, 'Screen'));
    for (const row of rows) hall.append(...rowNames(row, left, front));
    seats.forEach((seat, index) => {
      const button = this.#buttons[index];
      if (!button) return;
      place(button, seat.x - left, seat.y - front);
      hall.append(button);
    });
    return hall;
  }

  #seatOf(event: Event): Seat | undefined {
    const button = event.target instanceof Element ? event.target.closest('.seat') : null;
    return button instanceof HTMLElement
      ? this.#words.seats[Number(button.dataset.seat)]
      : undefined;
  }

  #clicked(event: Event): void {
    const seat = this.#seatOf(event);
    if (!seat) return;
    this.#moveTabStop(seat.index);
    this.#source.onToggle(seat.index);
  }

  #pressed(event: Event): void {
    const seat = this.#seatOf(event);
    if (!seat || !(event instanceof KeyboardEvent) || event.altKey || event.metaKey) return;
    const next = this.#walk.next(seat, event.key, event.ctrlKey);
    if (!next) return;
    event.preventDefault();
    this.#moveTabStop(next.index);
    this.#buttons[next.index]?.focus();
  }

  #moveTabStop(index: number): void {
    setAttribute(this.#buttons[this.#tabStop] ?? this.#hall, 'tabindex', -1);
    this.#tabStop = index;
    setAttribute(this.#buttons[index] ?? this.#hall, 'tabindex', 0);
  }
}

function classesOf(seat: Seat, look: SeatLook, selected: boolean): string {
  const mark = seat.wheelchair ? ' mark-wheelchair' : seat.companion ? ' mark-companion' : '';
  return `seat seat-shape tier-${seat.tier}${mark} look-${look}${selected ? ' chosen' : ''}`;
}

/** The row's name at both of its ends. */
function rowNames(row: SeatRow, left: number, front: number): readonly HTMLElement[] {
  const ends = [
    { seat: row.seats[0], side: -1 },
    { seat: row.seats.at(-1), side: 1 },
  ];
  return ends.flatMap(({ seat, side }) => {
    if (!seat) return [];
    const name = element('span', { class: 'row-name', 'aria-hidden': 'true' }, seat.row);
    place(name, seat.x + side - left, seat.y - front);
    return [name];
  });
}

function place(target: HTMLElement, x: number, y: number): void {
  target.style.setProperty('--x', x.toFixed(2));
  target.style.setProperty('--y', y.toFixed(2));
}

function nearestTo(
  seats: readonly Seat[],
  point: { readonly x: number; readonly y: number },
): number {
  const distance = (seat: Seat) => Math.hypot(seat.x - point.x, seat.y - point.y);
  let best = seats[0];
  for (const seat of seats) if (best && distance(seat) < distance(best)) best = seat;
  return best?.index ?? 0;
}
