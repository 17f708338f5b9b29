/** Asks before something that cannot be taken back. */
import { element } from '../dom.ts';

/** Whether the person said yes. Escape and the other button say no. */
export function confirmed(question: string, more: string, yes: string): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = element(
      'dialog',
      { 'aria-label': question, 'data-testid': 'confirm' },
      element('h2', {}, question),
      element('p', {}, more),
      element(
        'form',
        { method: 'dialog', class: 'buttons' },
        element('button', { value: 'no', class: 'button plain' }, 'Keep'),
        element('button', { value: 'yes', class: 'button danger', 'data-testid': 'yes' }, yes),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
