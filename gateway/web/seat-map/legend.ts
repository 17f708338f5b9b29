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

/** Looks like a seat and is none, so it has only the classes of one. */
function sample(classes: string, name: string): HTMLElement {
  const shape = element('span', { class: `seat-shape sample ${classes}`, 'aria-hidden': 'true' });
  return element('li', {}, shape, name);
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
        sample(`look-free tier-${index}`, `${tier} ${money(prices[index] ?? 0, currency)}`),
      ),
    ),
    element(
      'ul',
      { 'aria-label': 'What the seats look like' },
      sample('look-free chosen', 'Selected'),
      ...looks.map(([look, name]) => sample(`look-${look}`, name)),
      hasWheelchair && sample('look-free mark-wheelchair', 'Wheelchair place'),
    ),
  );
}
