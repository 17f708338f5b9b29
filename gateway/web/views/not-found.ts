/** An address that leads nowhere: say so, and offer a way on. */
import { element } from '../dom.ts';
import type { View } from '../page.ts';

export function placeNotFound(what: string): View {
  const root = element(
    'section',
    {},
    element('h1', { tabindex: -1 }, `There is no such ${what}`),
    element('p', {}, element('a', { href: '#/' }, 'See all cities')),
  );
  return { root, title: 'Not found', dispose() {} };
}
