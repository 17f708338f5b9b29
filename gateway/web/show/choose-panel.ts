/** Choosing seats: by hand on the map, or the best ones by number. Also used with an offer. */
import type { MineShow } from '../../client/index.ts';
import { actionButton, refreshActions } from '../actions.ts';
import { element, setText } from '../dom.ts';
import { counted, money } from '../format.ts';
import { countdown } from './countdown.ts';
import type { Desk } from './desk.ts';
import { type Panel, panelRoot } from './panel.ts';

export function choosePanel(desk: Desk): Panel {
  const choice = chosenSeats(desk);
  const best = bestSeats(desk);
  const root = panelRoot('choose', 'Choose your seats', choice.root, best.root);
  return {
    root,
    update() {
      choice.update();
      best.update();
      refreshActions(root);
    },
  };
}

/** An exclusive, timed right to choose, from the line [W4]. */
export function offerPanel(desk: Desk, offer: NonNullable<MineShow['offer']>): Panel {
  const clock = countdown(desk.page, offer.untilMs, 'choose your seats');
  const choice = chosenSeats(desk);
  const best = bestSeats(desk);
  const root = panelRoot(
    'offer',
    'It is your turn',
    element(
      'p',
      {},
      `${counted(offer.party, 'seat is', 'seats are')} kept for you. Choose which before the time is up; what you do not use goes to the next in line.`,
    ),
    clock.root,
    choice.root,
    best.root,
    actionButton(desk.page, {
      label: 'Leave the line',
      testId: 'leave',
      run: () => desk.leaveLine(),
    }),
  );
  return {
    root,
    update() {
      clock.setDeadline(desk.live.mine.offer?.untilMs ?? offer.untilMs);
      choice.update();
      best.update();
      refreshActions(root);
    },
    tick: () => void clock.tick(),
  };
}

function chosenSeats(desk: Desk): Panel {
  const text = element('p', { 'data-testid': 'chosen' });
  const sum = element('p', { class: 'faint' });
  const root = element(
    'div',
    { class: 'row bar' },
    text,
    sum,
    actionButton(desk.page, {
      label: 'Hold',
      testId: 'hold',
      kind: 'main',
      possible: () => desk.selection.size > 0 && desk.canChoose(),
      run: () => desk.holdSelected(),
    }),
  );
  const update = () => {
    const { seats } = desk.selection;
    root.classList.toggle('filled', seats.length > 0);
    const { prices, currency, discounts } = desk.details.show.terms;
    setText(
      text,
      seats.length === 0
        ? `Choose up to ${counted(desk.mostSeats, 'seat')} on the map.`
        : `Chosen: ${desk.words.list(seats)}.`,
    );
    const total = seats.reduce((all, seat) => {
      return all + (prices[desk.words.seats[seat]?.tier ?? -1] ?? 0);
    }, 0);
    const hint = discounts.length > 0 ? ' before discounts' : '';
    setText(sum, seats.length === 0 ? '' : `${money(total, currency)}${hint}`);
  };
  update();
  return { root, update };
}

function bestSeats(desk: Desk): Panel {
  let tier: number | null = null;
  const { tiers } = desk.details.layout;
  const split = element('input', { type: 'checkbox', 'data-testid': 'best-split' });
  const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
  const buttons = numbers.map((count) =>
    actionButton(desk.page, {
      label: String(count),
      testId: `best-${count}`,
      possible: () => count <= desk.mostSeats && desk.canChoose(),
      attributes: { 'aria-label': `Hold the best ${counted(count, 'seat')}` },
      run: () => desk.holdBest(count, { tier, split: split.checked }),
    }),
  );
  const select = element(
    'select',
    {
      'data-testid': 'best-tier',
      onchange: () => {
        tier = select.value === '' ? null : Number(select.value);
      },
    },
    element('option', { value: '' }, 'Any price'),
    ...tiers.map((name, index) => element('option', { value: index }, name)),
  );
  const root = element(
    'fieldset',
    { class: 'best' },
    element('legend', {}, 'Or hold the best seats side by side'),
    element('div', { class: 'numbers' }, ...buttons),
    tiers.length > 1 && element('label', {}, 'Price ', select),
    element('label', {}, split, ' Rows behind each other will do'),
  );
  return { root, update: () => refreshActions(root) };
}
