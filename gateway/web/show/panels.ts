/**
 * Which boxes stand beside the map. A box that stays is updated in place, so that nothing jumps
 * and the focus is kept; where a box goes away that had the focus, the new box's heading gets it.
 */
import { element } from '../dom.ts';
import { bookingPanel, closedPanel } from './booking-panels.ts';
import { choosePanel, offerPanel } from './choose-panel.ts';
import type { Desk } from './desk.ts';
import { holdPanel } from './hold-panel.ts';
import { joinPanel, waitPanel } from './line-panels.ts';
import type { Panel } from './panel.ts';

type Maker = () => Panel;

export class Panels {
  readonly root = element('div', { class: 'panels' });
  readonly #desk: Desk;
  readonly #shown = new Map<string, Panel>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  update(): void {
    const wanted = wantedPanels(this.#desk);
    const focused = document.activeElement;
    const hadFocus = focused !== null && this.root.contains(focused);
    for (const [key, panel] of this.#shown) {
      if (wanted.has(key)) continue;
      panel.root.remove();
      this.#shown.delete(key);
    }
    let newest: Panel | undefined;
    let before: Element | null = this.root.firstElementChild;
    for (const [key, make] of wanted) {
      let panel = this.#shown.get(key);
      if (!panel) {
        panel = make();
        this.#shown.set(key, panel);
        newest ??= panel;
      }
      // Inserting only what is new keeps the others, and the focus in them, where they are.
      if (panel.root === before) before = before.nextElementSibling;
      else this.root.insertBefore(panel.root, before);
      panel.update();
    }
    const lostFocus = hadFocus && !this.root.contains(document.activeElement);
    if (lostFocus) (newest?.root ?? this.root).querySelector<HTMLElement>('h2')?.focus();
  }

  tick(): void {
    for (const panel of this.#shown.values()) panel.tick?.();
  }
}

/** The boxes by key, from top to bottom. */
function wantedPanels(desk: Desk): ReadonlyMap<string, Maker> {
  const { live } = desk;
  const { mine } = live;
  const wanted = new Map<string, Maker>();
  const { offer } = mine;
  for (const hold of mine.holds) wanted.set(`hold ${hold.hold}`, () => holdPanel(desk, hold));
  if (offer) wanted.set('offer', () => offerPanel(desk, offer));
  if (mine.wait) wanted.set('wait', () => waitPanel(desk));
  const isFree = mine.holds.length === 0 && !mine.wait && !offer;
  if (live.seq === 0 && !live.fresh) return wanted;
  if (live.phase !== 'onSale') {
    if (mine.holds.length === 0) wanted.set('closed', () => closedPanel(desk));
  } else if (isFree) {
    if (shouldWait(desk)) wanted.set('join', () => joinPanel(desk));
    wanted.set('choose', () => choosePanel(desk));
  }
  for (const booking of mine.bookings) {
    if (booking.state !== 'booked') continue;
    wanted.set(`booking ${booking.booking}`, () => bookingPanel(desk, booking));
  }
  return wanted;
}

/** Whether the line is worth offering: the server said so, or nothing can be had without it. */
function shouldWait(desk: Desk): boolean {
  if (desk.lineHint) return true;
  const { counts, line } = desk.live;
  return line.waiting > 0 || (counts.free === 0 && counts.held > 0);
}
