/** A hold: its clock, its price, and what can be done with it before the time is up. */
import type { MineHold } from '../../client/index.ts';
import { actionButton, refreshActions } from '../actions.ts';
import { element, setText } from '../dom.ts';
import { countdown } from './countdown.ts';
import type { Desk } from './desk.ts';
import { type Panel, panelRoot } from './panel.ts';
import { payBox } from './pay-box.ts';
import { priceLines } from './price-lines.ts';

export function holdPanel(desk: Desk, first: MineHold): Panel {
  const { page } = desk;
  const now = () => desk.live.mine.holds.find((hold) => hold.hold === first.hold) ?? first;
  let inTime = true;
  const clock = countdown(page, first.deadlineMs, 'book the seats you hold');
  const prices = element('div', {});
  const change = changeBox(desk, first, now, () => inTime);
  const isPaid = desk.details.show.terms.payments === 'provider' && first.total > 0;
  const pay = isPaid ? payBox(desk, now, () => inTime) : undefined;
  const root = panelRoot(
    'held',
    'Held for you',
    clock.root,
    prices,
    change.root,
    ...(pay === undefined ? [] : [pay.root]),
    element(
      'div',
      { class: 'buttons' },
      ...(pay === undefined
        ? [
            actionButton(page, {
              label: 'Book',
              testId: 'book',
              kind: 'main',
              possible: () => inTime,
              run: () => desk.book(now()),
            }),
          ]
        : []),
      actionButton(page, { label: 'Release', testId: 'release', run: () => desk.release(now()) }),
    ),
  );
  let shown: MineHold | undefined;
  return {
    root,
    update() {
      const hold = now();
      if (hold !== shown) prices.replaceChildren(priceLines(desk.words, hold));
      shown = hold;
      clock.setDeadline(hold.payment?.pinnedUntilMs ?? hold.deadlineMs);
      pay?.update();
      change.update();
      refreshActions(root);
    },
    tick() {
      const still = clock.tick();
      if (still === inTime) return;
      // The server gives some seconds more, so that nobody pays for what is already gone [H3].
      inTime = still;
      refreshActions(root);
    },
  };
}

/** Shown while the seats chosen on the map are not those of the hold [H5]. */
function changeBox(desk: Desk, first: MineHold, now: () => MineHold, inTime: () => boolean): Panel {
  const text = element('p', {});
  const root = element(
    'div',
    { class: 'change bar filled', 'data-testid': 'change-box' },
    text,
    element(
      'div',
      { class: 'buttons' },
      actionButton(desk.page, {
        label: 'Change to these seats',
        testId: 'change',
        kind: 'main',
        possible: () => inTime() && desk.selection.size > 0,
        run: () => desk.change(now()),
      }),
      actionButton(desk.page, {
        label: 'Keep as it was',
        testId: 'keep',
        async run() {
          desk.resetSelection();
        },
      }),
    ),
  );
  const update = () => {
    const isActive = desk.hold?.hold === first.hold;
    const differs = isActive && !desk.selection.equals(now().seats);
    const hadFocus = !differs && root.contains(document.activeElement);
    root.hidden = !differs;
    const { seats } = desk.selection;
    setText(
      text,
      seats.length === 0 ? 'No seats chosen.' : `Now chosen: ${desk.words.list(seats)}.`,
    );
    if (hadFocus) root.closest('section')?.querySelector('h2')?.focus();
  };
  return { root, update };
}
