/** Notifications with all that they need, from the services. */
import type { Browse } from '../../engine/catalog/browse.ts';
import type { NewTask, TaskWorker } from '../../persistence/services/tasks.ts';
import type { Route } from '../http/api/route.ts';
import { webhookRoutes } from '../http/partner/webhook-routes.ts';
import type { Services } from '../services/services.ts';
import type { ServicesSettings } from '../services/services-protocol.ts';
import { TicketDesk } from '../tickets/ticket-desk.ts';
import { TicketSigner } from '../tickets/ticket-signer.ts';
import { Composer } from './compose.ts';
import { ContactBook } from './contact-book.ts';
import { MailChannel } from './mail/mail-channel.ts';
import { NotificationRelay } from './notification-relay.ts';
import { SmsChannel } from './sms-channel.ts';
import { WebhookTable } from './webhooks/webhook-book.ts';
import { WebhookChannel } from './webhooks/webhook-channel.ts';

export interface NotificationNeeds {
  readonly settings: Pick<
    ServicesSettings,
    'publicUrl' | 'ticketKey' | 'mail' | 'sms' | 'allowLocalWebhooks'
  >;
  readonly services: Services;
  readonly browse: Browse;
  readonly addTasks: (tasks: readonly NewTask[]) => void;
}

export interface Notifications {
  readonly relay: NotificationRelay;
  readonly workers: readonly TaskWorker[];
  readonly contacts: ContactBook;
  readonly routes: readonly Route[];
  /** Once no worker runs any more. */
  close(): void;
}

export function makeNotifications(needs: NotificationNeeds): Notifications {
  const { settings, services, browse, addTasks } = needs;
  const { db, clock, catalog, logger } = services;
  const { publicUrl, ticketKey, allowLocalWebhooks: allowLocal } = settings;
  const contacts = new ContactBook(db, clock);
  const webhooks = new WebhookTable(db, clock);
  const tickets = new TicketDesk(browse, new TicketSigner(ticketKey));
  const composer = new Composer({ browse, tickets, publicUrl });
  const mail =
    settings.mail === undefined
      ? undefined
      : new MailChannel({ ...settings.mail, contacts, composer });
  const sms =
    settings.sms === undefined
      ? undefined
      : new SmsChannel({ ...settings.sms, contacts, composer });
  if (mail === undefined) logger.info({}, 'no mail server is set: nobody is told by mail');
  if (sms === undefined) logger.info({}, 'no SMS gateway is set: nobody is told by text message');
  const webhookChannel = new WebhookChannel({ webhooks, allowLocal, clock });
  const channels = { mail: mail !== undefined, sms: sms !== undefined };
  return {
    relay: new NotificationRelay({ catalog, contacts, webhooks, channels, clock, addTasks }),
    workers: [
      ...(mail === undefined ? [] : [mail]),
      ...(sms === undefined ? [] : [sms]),
      webhookChannel,
    ],
    contacts,
    routes: webhookRoutes({
      webhooks,
      allowLocal,
      ping: (id) => webhookChannel.ping(id),
    }),
    close: () => mail?.close(),
  };
}
