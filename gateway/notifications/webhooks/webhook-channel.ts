/**
 * Tells partners by signed POSTs [N1]. Only an answer of 2xx within the time counts as heard;
 * redirects are not followed, and nothing of an answer is kept but the beginning, for the
 * operator who looks why it failed.
 */
import { randomUUID } from 'node:crypto';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../../../engine/shard/host.ts';
import type { LeasedTask, TaskOutcome, TaskWorker } from '../../../persistence/services/tasks.ts';
import { channelKinds, type WebhookTask } from '../notification-relay.ts';
import { publicLookup, urlProblem } from './webhook-address.ts';
import type { WebhookBook, WebhookEndpoint } from './webhook-book.ts';
import { signWebhook, webhookHeaders } from './webhook-signature.ts';

const AT_ONCE = 16;
const ANSWER_WITHIN_MS = 15_000;
const PING_WITHIN_MS = 5_000;
const MOST_ANSWER_BYTES = 1_024;
/** "Gone": the partner does not want this any more. */
const GONE = 410;

export interface WebhookNeeds {
  readonly webhooks: WebhookBook;
  /** Also to private addresses and over plain HTTP. */
  readonly allowLocal: boolean;
  readonly clock: Clock;
}

export interface PingOutcome {
  readonly delivered: boolean;
  /** The header usher-id of the delivery. */
  readonly news?: string;
  /** What was answered; of the answer itself nothing is told. */
  readonly status?: number;
  readonly why?: string;
}

export class WebhookChannel implements TaskWorker {
  readonly kinds = [channelKinds.webhook];
  readonly atOnce = AT_ONCE;
  readonly #needs: WebhookNeeds;

  constructor(needs: WebhookNeeds) {
    this.#needs = needs;
  }

  async run(task: LeasedTask, signal: AbortSignal): Promise<TaskOutcome> {
    const { endpoint: id, news } = task.body as WebhookTask;
    const endpoint = this.#needs.webhooks.endpoint(id);
    // Removed meanwhile: nobody is there to be told.
    if (endpoint === undefined) return { type: 'done' };
    const problem = urlProblem(endpoint.url, this.#needs.allowLocal);
    if (problem !== undefined) return { type: 'hopeless', reason: problem };
    const { status, text } = await this.#post(endpoint, news.id, JSON.stringify(news), signal);
    if (status >= 200 && status < 300) return { type: 'done' };
    const reason = `${endpoint.url} answered ${status}: ${text}`;
    if (status === GONE) return { type: 'hopeless', reason };
    throw new Error(reason);
  }

  /** A trial delivery, at once and once only. Undefined where there is no such endpoint. */
  async ping(id: string): Promise<PingOutcome | undefined> {
    const { webhooks, allowLocal, clock } = this.#needs;
    const endpoint = webhooks.endpoint(id);
    if (endpoint === undefined) return undefined;
    const problem = urlProblem(endpoint.url, allowLocal);
    if (problem !== undefined) return { delivered: false, why: problem };
    const news = { id: `ping.${randomUUID()}`, type: 'ping', timeMs: clock.now(), data: {} };
    try {
      const signal = AbortSignal.timeout(PING_WITHIN_MS);
      const { status } = await this.#post(endpoint, news.id, JSON.stringify(news), signal);
      return { delivered: status >= 200 && status < 300, news: news.id, status };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { delivered: false, news: news.id, why };
    }
  }

  #post(
    { url, secrets }: WebhookEndpoint,
    id: string,
    body: string,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const timestampS = Math.floor(this.#needs.clock.now() / 1000);
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    const bytes = Buffer.from(body);
    return new Promise((resolve, reject) => {
      const sent = request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': bytes.length,
          'user-agent': 'Usher',
          'idempotency-key': id,
          [webhookHeaders.id]: id,
          [webhookHeaders.timestamp]: String(timestampS),
          [webhookHeaders.signature]: signWebhook(secrets, timestampS, bytes),
        },
        signal,
        // A fresh connection, so that the address is looked at each time.
        agent: false,
        ...(this.#needs.allowLocal ? {} : { lookup: publicLookup }),
      });
      const late = setTimeout(() => sent.destroy(new Error('no answer in time')), ANSWER_WITHIN_MS);
      sent.on('close', () => clearTimeout(late));
      sent.on('error', reject);
      sent.on('response', (answer) => readStart(sent, answer, resolve));
      sent.end(bytes);
    });
  }
}

function readStart(
  sent: ClientRequest,
  answer: IncomingMessage,
  done: (answer: { readonly status: number; readonly text: string }) => void,
): void {
  const status = answer.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = () => {
    const text = Buffer.concat(chunks).subarray(0, MOST_ANSWER_BYTES).toString();
    done({ status, text: text.replaceAll(/\p{Cc}+/gu, ' ') });
    sent.destroy();
  };
  answer.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_ANSWER_BYTES) finish();
  });
  answer.on('end', finish);
  answer.on('error', finish);
  answer.on('close', finish);
}
