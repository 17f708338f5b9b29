/**
 * A theatre's own inventory over HTTP [B4]: `POST <url>/lock`, `/confirm`, `/release` with JSON,
 * signed, so that it knows who asks. Each names the payment: the same name is the same lock.
 *
 *   usher-signature: t=<seconds since 1970>,v1=<hex of HMAC-SHA256(secret, t "." body)>
 *
 * `lock` is answered 200 with `{"locked": true}` within three seconds, or it counts as refused.
 */
import { createHmac } from 'node:crypto';
import type { BookingRef } from '../../../engine/ids.ts';
import { ProviderError } from '../provider.ts';
import type { TheatreSeats, TheatreSystem } from '../theatre-system.ts';

/** What B4 allows a theatre to take for its yes. */
const LOCK_WITHIN_MS = 3_000;
const TOLD_WITHIN_MS = 10_000;
const MOST_ANSWER_BYTES = 4_096;

export const THEATRE_SIGNATURE = 'usher-signature';

export interface HttpTheatreOptions {
  /** Without a slash at the end. */
  readonly url: string;
  readonly secret: string;
}

export class HttpTheatre implements TheatreSystem {
  readonly #options: HttpTheatreOptions;

  constructor(options: HttpTheatreOptions) {
    this.#options = options;
  }

  async lock(seats: TheatreSeats): Promise<'locked' | 'refused'> {
    try {
      const answer = await this.#post('lock', seats, LOCK_WITHIN_MS);
      return answer.locked === true ? 'locked' : 'refused';
    } catch {
      return 'refused';
    }
  }

  async confirm(seats: TheatreSeats, booking: BookingRef): Promise<void> {
    await this.#post('confirm', { ...seats, booking }, TOLD_WITHIN_MS);
  }

  async release(seats: TheatreSeats): Promise<void> {
    await this.#post('release', seats, TOLD_WITHIN_MS);
  }

  async #post(
    what: string,
    asked: object,
    withinMs: number,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { url, secret } = this.#options;
    const body = JSON.stringify(asked);
    const seconds = Math.floor(Date.now() / 1_000);
    const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    let text: string;
    try {
      const response = await fetch(`${url}/${what}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [THEATRE_SIGNATURE]: `t=${seconds},v1=${digest}`,
        },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(withinMs),
      });
      text = await response.text();
      if (!response.ok) throw new Error(`it answers ${response.status}`);
    } catch (error) {
      throw new ProviderError(`the theatre's system: ${String(error)}`, true, { cause: error });
    }
    if (text.length > MOST_ANSWER_BYTES) return {};
    try {
      const answer: unknown = JSON.parse(text);
      return typeof answer === 'object' && answer !== null ? { ...answer } : {};
    } catch {
      return {};
    }
  }
}
