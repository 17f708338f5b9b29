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
  const { payments, sandboxUrl, sandboxSecret, stripeSecretKey, stripeWebhookSecret } = options;
  switch (payments) {
    case 'sandbox':
      return started === undefined
        ? { type: 'sandbox', url: sandboxUrl, secret: sandboxSecret }
        : { type: 'sandbox', url: started, secret: Buffer.from(made).toString('base64url') };
    case 'stripe':
      if (stripeSecretKey === '' || stripeWebhookSecret === '') {
        throw new OptionError(
          '--payments stripe needs USHER_STRIPE_SECRET_KEY and ' +
            'USHER_STRIPE_WEBHOOK_SECRET in the environment.',
        );
      }
      return { type: 'stripe', secretKey: stripeSecretKey, webhookSecret: stripeWebhookSecret };
    default:
      return { type: 'none' };
  }
}
