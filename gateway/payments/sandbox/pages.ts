/** The sandbox's page to pay at: a provider's hosted page, and a choice of what goes wrong. */
import type { SandboxPayment } from './store.ts';

export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
} as const;

/** What the payer, or whoever tests, can have happen. */
export const behaviours = {
  normal: 'As it should be',
  twice: 'Callback sent twice',
  never: 'No callback at all',
  slow: 'Callback ten seconds late',
  lateCapture: 'The money arrives a while after the answer',
  wrongAmount: 'Another amount is taken',
  wrongCurrency: 'Another currency is taken',
} as const;

export type Behaviour = keyof typeof behaviours;

export function isBehaviour(text: string): text is Behaviour {
  return Object.hasOwn(behaviours, text);
}

export function paymentPage(payment: SandboxPayment): string {
  const { description, state } = payment;
  const body =
    state === 'open'
      ? `${form(payment)}`
      : `<p role="status">This payment is ${escaped(state)}.</p>
         <p><a class="button" href="${escaped(payment.returnUrl)}">Back to the shop</a></p>`;
  return page(
    'Sandbox payment',
    `<p class="what">${escaped(description)}</p>
     <p class="amount">${escaped(moneyText(payment.amount, payment.currency))}</p>${body}`,
  );
}

export function messagePage(title: string, sentence: string): string {
  return page(title, `<p>${escaped(sentence)}</p>`);
}

function form(payment: SandboxPayment): string {
  const options = Object.entries(behaviours).map(
    ([name, text]) => `<option value="${name}">${escaped(text)}</option>`,
  );
  const amount = escaped(moneyText(payment.amount, payment.currency));
  return `<form method="post" action="/pay/${escaped(payment.reference)}">
    <div class="buttons">
      <button name="do" value="pay" class="main">Pay ${amount}</button>
      <button name="do" value="decline">Decline</button>
      <button name="do" value="cancel">Cancel and go back</button>
    </div>
    <label>For testing <select name="how">${options.join('')}</select></label>
  </form>`;
}

function moneyText(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --line: #8888; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(26rem, calc(100vw - 5rem)); padding: 1.5rem; }
main { border: 1px solid var(--line); border-radius: 1rem; }
h1 { font-size: 1.25rem; }
.notice { margin: 0 0 1rem; padding: .5rem .75rem; border-radius: .5rem; font-size: .875rem; }
.notice { background: #b8860b33; }
.what { margin: 0; opacity: .85; }
.amount { margin: .25rem 0 1.25rem; font-size: 2rem; font-weight: 700; }
.buttons { display: grid; gap: .625rem; margin-bottom: 1.25rem; }
button, .button { font: inherit; color: inherit; padding: .7rem 1rem; border-radius: .6rem; }
button, .button { border: 1px solid var(--line); background: transparent; cursor: pointer; }
.button { display: inline-block; text-decoration: none; }
button.main { background: #1a5fb4; border-color: #1a5fb4; color: #fff; font-weight: 600; }
:focus-visible { outline: 3px solid #1a5fb4; outline-offset: 2px; }
label { display: grid; gap: .25rem; font-size: .875rem; }
select { font: inherit; padding: .5rem; border-radius: .5rem; }
</style>
</head>
<body><main>
<p class="notice">This is a sandbox: no money moves here.</p>
<h1>${escaped(title)}</h1>${body}
</main></body>
</html>
`;
}
