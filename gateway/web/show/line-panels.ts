/** The line: being asked to join it, and standing in it [W1–W8]. */
import { actionButton, refreshActions } from '../actions.ts';
import { element, setText } from '../dom.ts';
import { counted } from '../format.ts';
import { waitReason } from '../words.ts';
import { aheadText, type Desk } from './desk.ts';
import { type Panel, panelRoot } from './panel.ts';

/** Offers the line where the server said to wait, or where no seat can be had just now. */
export function joinPanel(desk: Desk): Panel {
  const reason = element('p', { 'data-testid': 'wait-reason' });
  const select = element(
    'select',
    { 'data-testid': 'party' },
    ...Array.from({ length: 10 }, (_, index) =>
      element('option', { value: index + 1 }, counted(index + 1, 'seat')),
    ),
  );
  select.value = String(desk.lineHint?.party ?? 2);
  let hint = desk.lineHint;
  const root = panelRoot(
    'join-box',
    'Wait in line',
    reason,
    element('label', {}, 'How many ', select),
    actionButton(desk.page, {
      label: 'Join the line',
      testId: 'join',
      kind: 'main',
      run: () => desk.joinLine(Number(select.value)),
    }),
  );
  return {
    root,
    update() {
      setText(reason, waitReason(desk.lineHint?.ahead ?? desk.live.line.waiting));
      if (desk.lineHint && desk.lineHint !== hint) select.value = String(desk.lineHint.party);
      hint = desk.lineHint;
      refreshActions(root);
    },
  };
}

/** Standing in the line. */
export function waitPanel(desk: Desk): Panel {
  const ticket = element('dd', { 'data-testid': 'ticket' });
  const serving = element('dd', { 'data-testid': 'serving' });
  const ahead = element('dd', { 'data-testid': 'ahead' });
  const reason = element('p', { 'data-testid': 'wait-reason' });
  const position = element('p', { class: 'position', 'data-testid': 'position' });
  const party = element('p', {});
  const fact = (name: string, value: HTMLElement) =>
    element('div', {}, element('dt', {}, name), value);
  const root = panelRoot(
    'waiting',
    'You are in the line',
    position,
    element(
      'dl',
      { class: 'facts' },
      fact('Your ticket', ticket),
      fact('Now serving', serving),
      fact('Parties ahead', ahead),
    ),
    party,
    reason,
    element(
      'p',
      { class: 'faint' },
      'Your turn comes here by itself, and you then have some minutes to choose. You may close this page: your place is kept.',
    ),
    actionButton(desk.page, {
      label: 'Leave the line',
      testId: 'leave',
      run: () => desk.leaveLine(),
    }),
  );
  return {
    root,
    update() {
      const { wait } = desk.live.mine;
      if (!wait) return;
      setText(position, aheadText(wait.ahead));
      setText(reason, waitReason(wait.ahead));
      setText(ticket, String(wait.ticket));
      setText(serving, String(desk.live.line.serving || wait.serving));
      setText(ahead, String(wait.ahead));
      setText(party, `Waiting for ${counted(wait.party, 'seat')}.`);
      refreshActions(root);
    },
  };
}
