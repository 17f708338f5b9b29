/**
 * Paying for a hold: where the tickets are to be sent, then the provider's own page, which nobody
 * but the provider sees what is typed on. What comes of it is told here by the server [P1].
 */
import type { MineHold } from '../../client/index.ts';
import { actionButton, refreshActions } from '../actions.ts';
import { element, setText } from '../dom.ts';
import { money } from '../format.ts';
import type { Desk } from './desk.ts';
import type { Panel } from './panel.ts';

export function payBox(desk: Desk, now: () => MineHold, inTime: () => boolean): Panel {
  const { page } = desk;
  const email = element('input', {
    type: 'email',
    name: 'email',
    autocomplete: 'email',
    placeholder: 'you@example.org',
    'data-testid': 'email',
  });
  const form = element(
    'div',
    { class: 'pay' },
    element('label', {}, 'Send my tickets to (if you like) ', email),
    actionButton(page, {
      label: `Pay ${money(now().total, now().currency)}`,
      testId: 'pay',
      kind: 'main',
      possible: () => inTime() && now().payment === undefined,
      run: () => begin(desk, now(), email),
    }),
  );
  const text = element('p', {});
  const link = element('a', { class: 'button main', 'data-testid': 'pay-page' }, 'Go and pay');
  const underWay = element('div', { class: 'pay', 'data-testid': 'paying' }, text, link);
  const root = element('div', {}, form, underWay);
  return {
    root,
    update() {
      const { payment, total, currency } = now();
      form.hidden = payment !== undefined;
      underWay.hidden = payment === undefined;
      setText(form.querySelector('button') ?? form, `Pay ${money(total, currency)}`);
      const url = payment?.url ?? undefined;
      link.hidden = url === undefined;
      if (url !== undefined) link.href = url;
      setText(
        text,
        url === undefined
          ? 'Preparing the payment …'
          : 'Your payment is under way. Your seats stay yours until it has ended.',
      );
      refreshActions(root);
    },
  };
}

async function begin(desk: Desk, hold: MineHold, email: HTMLInputElement): Promise<void> {
  const { client } = desk.page;
  const address = email.value.trim();
  if (address !== '') {
    if (!email.checkValidity()) return desk.page.say('This is not an e-mail address.');
    await client.contact({ email: address });
  }
  await desk.pay(hold);
}
