/** A box beside the map. Boxes come and go with what the person has; see `panels.ts`. */
import { element } from '../dom.ts';

export interface Panel {
  readonly root: HTMLElement;
  /** What is shown may be out of date. */
  update(): void;
  /** Some moments went by: for countdowns. */
  tick?(): void;
}

/** A box with a heading that can take the focus when the box is new. */
export function panelRoot(
  testId: string,
  heading: string,
  ...children: readonly (Node | undefined | false)[]
): HTMLElement {
  return element(
    'section',
    { class: 'panel', 'data-testid': testId, 'aria-label': heading },
    element('h2', { tabindex: -1 }, heading),
    ...children,
  );
}
