/** Tells the merchant what has become of a payment, again and again until it has heard. */
import { SIGNATURE_HEADER, signatureOf } from './signature.ts';

const PAUSES_MS = [200, 1_000, 5_000, 15_000, 60_000] as const;
const ANSWER_WITHIN_MS = 5_000;

export interface CallbackNews {
  readonly type: 'payment' | 'refund';
  readonly payment: string;
  readonly reference: string;
}

export class Callbacks {
  readonly #secret: string;
  #underWay = 0;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(secret: string) {
    this.#secret = secret;
  }

  send(url: string, news: CallbackNews, delayMs = 0): void {
    this.#after(delayMs, () => this.#try(url, news, 0));
  }

  /** Whether anything is still to be told. */
  get isIdle(): boolean {
    return this.#timers.size === 0 && this.#underWay === 0;
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #after(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }

  #try(url: string, news: CallbackNews, attempt: number): void {
    const body = JSON.stringify(news);
    const again = () => {
      const pause = PAUSES_MS[attempt];
      if (pause !== undefined) this.#after(pause, () => this.#try(url, news, attempt + 1));
    };
    this.#underWay++;
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [SIGNATURE_HEADER]: signatureOf(this.#secret, body, Date.now()),
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
      .then((response) => {
        if (!response.ok) again();
      }, again)
      .finally(() => {
        this.#underWay--;
      });
  }
}
