/**
 * The reader of the log that has people and theatres told [N1]: each piece of news becomes a task
 * a channel, in the very transaction that notes how far it has read. Nothing is made for whom
 * there is no address, or where the server has no such channel.
 *
 *   decision ─▶ notices      ─▶ mail:<id>, sms:<id>           in order for each person
 *            └▶ partner news ─▶ webhook:<endpoint>:<id>       in order for each endpoint
 */
import type { Catalog } from '../../engine/catalog/catalog.ts';
import type { Clock } from '../../engine/shard/host.ts';
import type { Decision } from '../../engine/show/events.ts';
import type { DurableEntry, LogReader } from '../../persistence/services/log-reader.ts';
import type { NewTask } from '../../persistence/services/tasks.ts';
import type { ContactBook } from './contact-book.ts';
import { type Notice, noticesOf } from './notices.ts';
import { type PartnerNews, partnerNewsOf } from './partner-news.ts';
import type { WebhookBook } from './webhooks/webhook-book.ts';

/** Older news is nobody's any more; and it is younger than what the queue remembers as done. */
const TOLD_WITHIN_MS = 30 * 24 * 60 * 60_000;

export const channelKinds = { mail: 'mail', sms: 'sms', webhook: 'webhook' } as const;

export interface WebhookTask {
  readonly endpoint: string;
  readonly news: PartnerNews;
}

export interface RelayNeeds {
  readonly catalog: Catalog;
  readonly contacts: ContactBook;
  readonly webhooks: WebhookBook;
  readonly channels: { readonly mail: boolean; readonly sms: boolean };
  readonly clock: Clock;
  /** Called within the reader's transaction. */
  readonly addTasks: (tasks: readonly NewTask[]) => void;
}

export class NotificationRelay implements LogReader {
  readonly name = 'notifications';
  readonly version = 1;
  readonly #needs: RelayNeeds;

  constructor(needs: RelayNeeds) {
    this.#needs = needs;
  }

  /** It keeps nothing but its tasks, whose ids are known to the queue. */
  reset(): void {}

  take(entries: readonly DurableEntry[]): void {
    const tasks: NewTask[] = [];
    const oldestMs = this.#needs.clock.now() - TOLD_WITHIN_MS;
    for (const entry of entries) {
      if (entry.type !== 'decision' || entry.timeMs < oldestMs) continue;
      for (const notice of noticesOf(entry.decision)) this.#toPerson(notice, tasks);
      this.#toPartner(entry.decision, tasks);
    }
    if (tasks.length > 0) this.#needs.addTasks(tasks);
  }

  #toPerson(notice: Notice, tasks: NewTask[]): void {
    const { contacts, channels } = this.#needs;
    if (!channels.mail && !channels.sms) return;
    const contact = contacts.get(notice.user);
    if (contact === undefined) return;
    const add = (kind: string) =>
      tasks.push({
        id: `${kind}:${notice.id}`,
        kind,
        lane: `${kind}:${notice.user}`,
        body: notice,
        dueMs: notice.timeMs,
      });
    if (channels.mail && contact.email !== undefined) add(channelKinds.mail);
    if (channels.sms && contact.phone !== undefined) add(channelKinds.sms);
  }

  #toPartner(decision: Decision, tasks: NewTask[]): void {
    const { catalog, webhooks } = this.#needs;
    const partner = catalog.partnerOfShow(decision.show);
    if (partner === undefined) return;
    const endpoints = webhooks.endpointsOf(partner);
    if (endpoints.length === 0) return;
    for (const news of partnerNewsOf(decision)) {
      for (const { id: endpoint, events } of endpoints) {
        if (events.length > 0 && !events.includes(news.type)) continue;
        const body: WebhookTask = { endpoint, news };
        tasks.push({
          id: `webhook:${endpoint}:${news.id}`,
          kind: channelKinds.webhook,
          lane: `webhook:${endpoint}`,
          body,
          dueMs: news.timeMs,
        });
      }
    }
  }
}
