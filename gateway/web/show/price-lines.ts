/** What seats cost, line by line, with each discount by its name [M4]. */
import type { MineHold } from '../../client/index.ts';
import { element } from '../dom.ts';
import { counted, money } from '../format.ts';
import type { SeatWords } from '../seat-map/seat-words.ts';

function line(name: string, amount: string, kind = ''): HTMLElement {
  return element('div', { class: kind }, element('dt', {}, name), element('dd', {}, amount));
}

type Priced = Pick<MineHold, 'seats' | 'prices' | 'total' | 'currency' | 'discounts'>;

/** Each seat at its full price, then the discounts by name, then the total. */
export function priceLines(words: SeatWords, hold: Priced): HTMLElement {
  const off = new Map<number, number>();
  const byName = new Map<string, { tickets: number; sum: number }>();
  for (const discount of hold.discounts) {
    off.set(discount.seat, (off.get(discount.seat) ?? 0) + discount.off);
    const named = byName.get(discount.name) ?? { tickets: 0, sum: 0 };
    byName.set(discount.name, { tickets: named.tickets + 1, sum: named.sum + discount.off });
  }
  const seatLines = hold.seats.map((index, at) => {
    const seat = words.seats[index];
    const full = (hold.prices[at] ?? 0) + (off.get(index) ?? 0);
    const name = seat ? `${words.place(seat)} · ${words.tier(seat)}` : `Seat ${index}`;
    return line(name, money(full, hold.currency));
  });
  const discountLines = [...byName].map(([name, { tickets, sum }]) =>
    line(`${name} · ${counted(tickets, 'ticket')}`, `−${money(sum, hold.currency)}`, 'discount'),
  );
  return element(
    'dl',
    { class: 'prices', 'data-testid': 'prices' },
    ...seatLines,
    ...discountLines,
    line('Total', money(hold.total, hold.currency), 'total'),
  );
}
