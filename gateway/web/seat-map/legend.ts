/** What the seats' looks mean, and what each part of the hall costs. */
import type { ScheduledShow } from '../../../engine/catalog/model.ts';
import type { Layout } from '../../../engine/show/seats/layout.ts';
import { element } from '../dom.ts';
import { money } from '../format.ts';
import type { SeatLook } from './seat-words.ts';

const looks: readonly (readonly [SeatLook, string])[] = [
  ['free', 'Free'],
  ['held', 'Held'],
  ['booked', 'Booked'],
  ['blocked', 'Not for sale'],
  ['mine', 'Yours'],
];

function sample(
  look: SeatLook,
  name: string,
  more: Readonly<Record<string, string | number>> = {},
) {
  return element(
    'li',
    {},
    element('span', { class: 'seat sample', 'data-state': look, 'aria-hidden': 'true', ...more }),
    name,
  );
}

export function legend(layout: Layout, show: ScheduledShow): HTMLElement {
  const { prices, currency } = show.terms;
  const hasWheelchair = layout.runs.some((run) => run.wheelchair);
  return element(
    'div',
    { class: 'legend' },
    element(
      'ul',
      { 'aria-label': 'Prices' },
      ...layout.tiers.map((tier, index) =>
        sample('free', `${tier} ${money(prices[index] ?? 0, currency)}`, { 'data-tier': index }),
      ),
    ),
    element(
      'ul',
      { 'aria-label': 'What the seats look like' },
      sample('free', 'Selected', { 'aria-pressed': 'true' }),
      ...looks.map(([look, name]) => sample(look, name)),
      hasWheelchair && sample('free', 'Wheelchair place', { 'data-mark': 'wheelchair' }),
    ),
  );
}
