/**
 * Tells people by text message, through an HTTP gateway that takes Twilio's form [N1]: a POST of
 * From, To and Body with basic authentication. The notice's id goes along, for gateways that can
 * tell by it what they had before.
 */
import type { LeasedTask, TaskOutcome, TaskWorker } from '../../persistence/services/tasks.ts';
import type { Composer } from './compose.ts';
import type { ContactBook } from './contact-book.ts';
import type { Notice } from './notices.ts';
import { channelKinds } from './notification-relay.ts';
import { textsOf } from './texts/texts.ts';

const AT_ONCE = 4;
const ANSWER_WITHIN_MS = 15_000;
/** Three parts of a text message with any characters. */
const LONGEST_BODY = 201;
const MOST_ERROR_CHARACTERS = 300;

export interface SmsNeeds {
  /** Before `/2010-04-01/…`, e.g. `https://api.twilio.com`. */
  readonly url: string;
  readonly account: string;
  readonly token: string;
  readonly from: string;
  readonly contacts: ContactBook;
  readonly composer: Composer;
}

export class SmsChannel implements TaskWorker {
  readonly kinds = [channelKinds.sms];
  readonly atOnce = AT_ONCE;
  readonly #needs: SmsNeeds;

  constructor(needs: SmsNeeds) {
    this.#needs = needs;
  }

  async run(task: LeasedTask, signal: AbortSignal): Promise<TaskOutcome> {
    const notice = task.body as Notice;
    const contact = this.#needs.contacts.get(notice.user);
    if (contact?.phone === undefined) return { type: 'done' };
    const message = this.#needs.composer.compose(notice, textsOf(contact.language));
    if (message === undefined) {
      return { type: 'hopeless', reason: `show ${notice.show} is not in the catalogue` };
    }
    const response = await this.#post(contact.phone, shortened(message.short), notice.id, signal);
    if (response.ok) {
      await response.body?.cancel();
      return { type: 'done' };
    }
    const text = (await response.text()).slice(0, MOST_ERROR_CHARACTERS);
    const reason = `the gateway answered ${response.status}: ${text}`;
    // The one answer that says that this message, not the gateway, is at fault.
    if (response.status === 400) return { type: 'hopeless', reason };
    throw new Error(reason);
  }

  #post(to: string, body: string, id: string, signal: AbortSignal): Promise<Response> {
    const { url, account, token, from } = this.#needs;
    const path = `/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`;
    return fetch(`${url.replace(/\/+$/, '')}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`,
        'idempotency-key': id,
      },
      body: new URLSearchParams({ From: from, To: to, Body: body, IdempotencyKey: id }),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
  }
}

function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= LONGEST_BODY) return text;
  return `${characters.slice(0, LONGEST_BODY - 1).join('')}…`;
}
