/**
 * Buttons that ask something of the server. While there is no connection they do nothing, since a
 * click must never be carried out later; while one is at work a second click does nothing either.
 * They are marked `aria-disabled`, not `disabled`, so that the keyboard's focus stays on them.
 */
import { UsherError } from '../client/index.ts';
import { type Attributes, element, setAttribute } from './dom.ts';
import type { Page } from './page.ts';

export interface Action {
  readonly label: string;
  readonly testId: string;
  readonly kind?: 'main' | 'plain' | 'danger';
  /** Whether it can be done just now; asked again by `refreshActions`. */
  readonly possible?: () => boolean;
  readonly attributes?: Attributes;
  run(): Promise<void>;
}

const refreshers = new WeakMap<Element, () => void>();

export function actionButton(page: Page, action: Action): HTMLButtonElement {
  const { label, testId, kind = 'plain', possible, attributes } = action;
  let busy = false;
  const enabled = () => page.client.state === 'online' && !busy && (possible?.() ?? true);
  const refresh = () => {
    setAttribute(button, 'aria-disabled', enabled() ? undefined : 'true');
    setAttribute(button, 'aria-busy', busy ? 'true' : undefined);
  };
  const run = async () => {
    if (!enabled()) return;
    busy = true;
    refresh();
    try {
      await action.run();
    } catch (error) {
      page.say(failureText(error));
    } finally {
      busy = false;
      refresh();
    }
  };
  const button = element(
    'button',
    {
      type: 'button',
      class: `button ${kind}`,
      'data-action': true,
      'data-testid': testId,
      onclick: () => void run(),
      ...attributes,
    },
    label,
  );
  refreshers.set(button, refresh);
  refresh();
  return button;
}

/** Looks again which actions below an element can be done. */
export function refreshActions(root: ParentNode): void {
  for (const button of root.querySelectorAll('button[data-action]')) refreshers.get(button)?.();
}

/** What to say where a request came to nothing. */
export function failureText(error: unknown): string {
  if (!(error instanceof UsherError)) throw error;
  if (error.reason === 'offline') return 'There is no connection just now. Nothing was sent.';
  if (error.reason === 'timeout') {
    return 'No answer came in time. Look at the map before you try again: it may have been done.';
  }
  return error.message;
}
