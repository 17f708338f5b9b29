/** What the services are started with, from the server's own settings. */
import { resolve } from 'node:path';
import type { Secrets } from '../secrets.ts';
import { OptionError, type ServerOptions } from '../server-options.ts';
import type { ClockAnchor } from '../workers/clock.ts';
import type { PaymentSettings, ServicesSettings } from './services-protocol.ts';

export interface ServicesFacts extends Secrets {
  readonly anchor: ClockAnchor;
  /** Where the server listens. */
  readonly url: string;
  readonly operatorToken: string;
  /** Where the sandbox provider does, if the server started it. */
  readonly sandboxUrl: string | undefined;
}

/** @throws OptionError where a setting is missing that another one asks for. */
export function servicesSettings(
  options: ServerOptions,
  facts: ServicesFacts,
): Omit<ServicesSettings, 'catalog'> {
  const { smtpUrl, mailFrom, smsUrl, smsAccount, smsToken, smsFrom } = options;
  return {
    file: resolve(options.data),
    anchor: facts.anchor,
    url: facts.url,
    publicUrl: (options.publicUrl === '' ? facts.url : options.publicUrl).replace(/\/+$/, ''),
    ticketKey: facts.ticketKey,
    operatorToken: facts.operatorToken,
    theatreSecret: Buffer.from(facts.theatreSecret).toString('base64url'),
    payments: paymentSettings(options, facts),
    mail: smtpUrl === '' ? undefined : { url: smtpUrl, from: mailFrom },
    sms:
      smsUrl === ''
        ? undefined
        : { url: smsUrl, account: smsAccount, token: smsToken, from: smsFrom },
    allowLocalWebhooks: options.allowLocalWebhooks,
  };
}

function paymentSettings(
  options: ServerOptions,
  { sandboxUrl: started, sandboxSecret: made }: ServicesFacts,
): PaymentSettings {
  const { payments, sandboxUrl, sandboxSecret } = options;
  switch (payments) {
    case 'sandbox':
      return started === undefined
        ? { type: 'sandbox', url: sandboxUrl, secret: sandboxSecret }
        : { type: 'sandbox', url: started, secret: Buffer.from(made).toString('base64url') };
    case 'stripe':
      return stripeSettings(options);
    default:
      return { type: 'none' };
  }
}

function stripeSettings({
  stripeSecretKey: secretKey,
  stripeWebhookSecret: webhookSecret,
  stripeApiUrl,
}: ServerOptions): PaymentSettings {
  if (secretKey === '' || webhookSecret === '') {
    throw new OptionError(
      '--payments stripe needs USHER_STRIPE_SECRET_KEY and ' +
        'USHER_STRIPE_WEBHOOK_SECRET in the environment.',
    );
  }
  // What was mixed up would show itself only once somebody pays.
  if (!/^[sr]k_[\x21-\x7e]{1,250}$/.test(secretKey)) {
    throw new OptionError('USHER_STRIPE_SECRET_KEY is a key that begins with sk_ or rk_.');
  }
  if (!/^whsec_[\x21-\x7e]{1,250}$/.test(webhookSecret)) {
    throw new OptionError("USHER_STRIPE_WEBHOOK_SECRET is an endpoint's; it begins with whsec_.");
  }
  if (stripeApiUrl === '') return { type: 'stripe', secretKey, webhookSecret, apiUrl: undefined };
  const isLive = /^[sr]k_live_/.test(secretKey);
  const problem = 'a URL of https, or with a test key of http, without a path';
  const url = URL.canParse(stripeApiUrl) ? new URL(stripeApiUrl) : undefined;
  const isFit = url?.protocol === 'https:' || (url?.protocol === 'http:' && !isLive);
  if (url === undefined || !isFit || url.href !== `${url.protocol}//${url.host}/`) {
    throw new OptionError(`--stripe-api-url is ${problem}, not "${stripeApiUrl}".`);
  }
  return { type: 'stripe', secretKey, webhookSecret, apiUrl: url.origin };
}
