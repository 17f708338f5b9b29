/** What every payment provider's adapter must do, whoever is behind it [P1, P4, P5]. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { millis, minor } from '../../../engine/ids.ts';
import {
  CallbackRefused,
  type OpenedPayment,
  type PaymentProvider,
  type PaymentRequest,
  ProviderError,
  type RefundRequest,
} from '../../../gateway/payments/provider.ts';
import type { Callback, CallbackBox } from '../../support/callback-box.ts';
import type { FlakyWay, Weather } from '../../support/flaky-way.ts';
import { soon } from '../../support/payers.ts';
import { quietPort } from '../../support/quiet-port.ts';

/** A provider with its adapter, and the way between them. */
export interface ProviderBench {
  readonly way: FlakyWay;
  readonly box: CallbackBox;
  /** The adapter, for a provider that is reached there; with another secret where one is given. */
  providerAt(url: string, callbackSecret?: string): PaymentProvider;
  /** Payments that were ever made there. */
  made(): number;
  /** False where nobody can pay any more. */
  pay(reference: string): boolean;
  decline(reference: string): void;
  readonly unknownReference: string;
  /** In minor units. */
  givenBack(reference: string): number;
  stop(): Promise<void>;
}

const HEADER_OF_SIGNATURE = /signature$/;
/** No adapter may wait longer for an answer. */
const PATIENCE_MS = 10_000;
/** Currencies with no, two and three decimals, and those that some provider writes otherwise. */
const money: fc.Arbitrary<readonly [number, string]> = fc.oneof(
  fc.tuple(fc.integer({ min: 50, max: 99_999_999 }), fc.constantFrom('INR', 'EUR', 'JPY', 'HUF')),
  fc.tuple(fc.integer({ min: 1, max: 900_000 }), fc.constantFrom('ISK', 'UGX')),
  fc.tuple(
    fc.integer({ min: 1, max: 900_000 }).map((tens) => tens * 10),
    fc.constantFrom('KWD', 'BHD'),
  ),
  fc.tuple(
    fc.integer({ min: 1, max: 900_000 }).map((hundreds) => hundreds * 100),
    fc.constantFrom('MGA'),
  ),
);

let numbers = 0;

export function paymentRequest(changes: Partial<PaymentRequest> = {}): PaymentRequest {
  return {
    payment: `show-1.${++numbers}`,
    amount: minor(45_000),
    currency: 'INR',
    description: 'The Long Tide, Lux Main, 2 seats: F12, F13',
    expiresAtMs: millis(Date.now() + 5 * 60_000 + numbers),
    email: 'ann@people.example',
    returnUrl: 'http://127.0.0.1:8080/#/show/show-1',
    cancelUrl: 'http://127.0.0.1:8080/#/show/show-1',
    ...changes,
  };
}

export const never = (): AbortSignal => new AbortController().signal;

export function refundOf(
  { payment, amount, currency }: PaymentRequest,
  { reference }: Pick<OpenedPayment, 'reference'>,
): RefundRequest {
  return { payment, reference, amount, currency };
}

/** Runs the suite. */
export function describeProvider(name: string, start: () => Promise<ProviderBench>): void {
  describe(`the provider ${name}`, () => {
    let bench: ProviderBench;
    let provider: PaymentProvider;

    beforeAll(async () => {
      bench = await start();
      provider = bench.providerAt(bench.way.url);
    });

    afterEach(() => {
      bench.way.weather = 'clear';
      vi.restoreAllMocks();
    });

    afterAll(async () => {
      await bench.stop();
    });

    const opened = async (changes: Partial<PaymentRequest> = {}) => {
      const request = paymentRequest(changes);
      return { request, ...(await provider.open(request, never())) };
    };

    /** Every call that there is, on a payment that was paid. */
    const allCalls = async (signal: AbortSignal) => {
      const { request, reference } = await opened();
      bench.pay(reference);
      return {
        open: () => provider.open(request, signal),
        find: () => provider.find(reference, signal),
        expire: () => provider.expire(reference, signal),
        refund: () => provider.refund(refundOf(request, { reference }), signal),
      };
    };

    paying(() => ({ bench, provider, opened }));
    failing(() => ({ bench, provider, allCalls }));
    callingBack(() => ({ bench, provider, opened }));
  });
}

interface Paying {
  readonly bench: ProviderBench;
  readonly provider: PaymentProvider;
  opened(
    changes?: Partial<PaymentRequest>,
  ): Promise<OpenedPayment & { readonly request: PaymentRequest }>;
}

function paying(parts: () => Paying): void {
  it('[P4] opens one payment for one name, however often it is asked', async () => {
    const { bench, provider } = parts();
    const request = paymentRequest();
    const before = bench.made();
    const first = await provider.open(request, never());
    const again = await Promise.all([1, 2, 3].map(() => provider.open(request, never())));
    expect(again).toEqual([first, first, first]);
    expect(bench.made()).toBe(before + 1);
    expect(first.reference.length).toBeLessThanOrEqual(255);
    expect(first.url).toMatch(/^https?:\/\/.{1,2000}$/);
    expect(await provider.find(first.reference, never())).toEqual({ state: 'open' });
  });

  it('[P4] opens the same payment where what the payer reads has changed meanwhile', async () => {
    const { bench, provider } = parts();
    const request = paymentRequest();
    const before = bench.made();
    const first = await provider.open(request, never());
    const other = { ...request, description: 'Another title', email: undefined };
    expect(await provider.open(other, never())).toEqual(first);
    expect(bench.made()).toBe(before + 1);
  });

  it('[P4] tells exactly what was taken, in every kind of currency', async () => {
    const { bench, provider, opened } = parts();
    await fc.assert(
      fc.asyncProperty(money, async ([amount, currency]) => {
        const { reference } = await opened({ amount: minor(amount), currency });
        expect(bench.pay(reference)).toBe(true);
        const taken = { state: 'captured', amount, currency };
        expect(await provider.find(reference, never())).toEqual(taken);
        expect(await provider.expire(reference, never())).toEqual(taken);
      }),
      { numRuns: 40 },
    );
  });

  it('[P2] lets nobody pay what has expired, and says so', async () => {
    const { bench, provider, opened } = parts();
    const { reference } = await opened();
    const ended = { state: 'failed', reason: 'expired' };
    expect(await provider.expire(reference, never())).toEqual(ended);
    expect(bench.pay(reference)).toBe(false);
    expect(await provider.expire(reference, never())).toEqual(ended);
    expect(await provider.find(reference, never())).toEqual(ended);
  });

  it('[P4] takes no money where the card is declined', async () => {
    const { bench, provider, opened } = parts();
    const { reference } = await opened();
    bench.decline(reference);
    expect((await provider.find(reference, never())).state).not.toBe('captured');
    // Some pages take another card; in the end, this payment has failed.
    expect(await provider.expire(reference, never())).toMatchObject({ state: 'failed' });
    expect(bench.pay(reference)).toBe(false);
  });

  it('[P5] gives back what was taken once, however often and at once it is asked', async () => {
    const { bench, provider, opened } = parts();
    const { request, reference } = await opened();
    bench.pay(reference);
    const refund = refundOf(request, { reference });
    const answers = await Promise.all([1, 2, 3].map(() => provider.refund(refund, never())));
    expect(answers).toEqual(['refunded', 'refunded', 'refunded']);
    expect(await provider.refund(refund, never())).toBe('refunded');
    expect(bench.givenBack(reference)).toBe(request.amount);
  });

  it('[P5] gives nothing back where nobody paid', async () => {
    const { bench, provider, opened } = parts();
    const { request, reference } = await opened();
    const refund = provider.refund(refundOf(request, { reference }), never());
    await expect(refund).rejects.toMatchObject({ name: 'ProviderError', retry: false });
    expect(bench.givenBack(reference)).toBe(0);
  });

  it('[P4] [P5] is consistent whatever is asked, in any order and any weather', async () => {
    const step = fc.constantFrom('open', 'pay', 'decline', 'expire', 'refund', 'find');
    const weather = fc.constantFrom<Weather>('clear', 'clear', 'losesAnswers', 'refuses', 'resets');
    const steps = fc.array(fc.tuple(step, weather), { minLength: 3, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(steps, (chosen) => live(parts(), chosen)),
      { numRuns: 30 },
    );
  });
}

/** One payment's life; what an answer has said stays true. */
async function live(
  { bench, provider }: Paying,
  steps: readonly (readonly [string, Weather])[],
): Promise<void> {
  const request = paymentRequest();
  const before = bench.made();
  const { reference } = await provider.open(request, never());
  let isPaid = false;
  let isOver = false;
  let isGivenBack = false;
  for (const [what, weather] of steps) {
    bench.way.weather = weather;
    try {
      if (what === 'open') {
        expect((await provider.open(request, never())).reference).toBe(reference);
      } else if (what === 'pay') {
        const paid = bench.pay(reference);
        expect(paid && (isOver || isPaid)).toBe(false);
        isPaid ||= paid;
      } else if (what === 'decline') bench.decline(reference);
      else if (what === 'refund') {
        isGivenBack ||=
          (await provider.refund(refundOf(request, { reference }), never())) === 'refunded';
        expect(isPaid).toBe(true);
      } else {
        const found = await provider[what === 'expire' ? 'expire' : 'find'](reference, never());
        expect(found.state === 'captured').toBe(isPaid);
        if (what === 'expire') expect(found.state).not.toBe('open');
        isOver ||= found.state === 'failed';
      }
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      // It is either the weather, or a refund of nothing.
      expect(error.retry ? weather !== 'clear' : what === 'refund' && !isPaid).toBe(true);
    }
  }
  bench.way.weather = 'clear';
  expect(bench.made()).toBe(before + 1);
  expect([0, request.amount]).toContain(bench.givenBack(reference));
  if (isGivenBack) expect(bench.givenBack(reference)).toBe(request.amount);
  const { state } = await provider.expire(reference, never());
  expect(state).toBe(isPaid ? 'captured' : 'failed');
}

interface Failing {
  readonly bench: ProviderBench;
  readonly provider: PaymentProvider;
  allCalls(signal: AbortSignal): Promise<Readonly<Record<string, () => Promise<unknown>>>>;
}

/** Calls all, and expects each to fail in time, to be tried again. */
async function expectAllToFail(
  calls: readonly (() => Promise<unknown>)[],
  withinMs: number,
): Promise<void> {
  const startedMs = performance.now();
  const outcomes = await Promise.allSettled(calls.map((call) => call()));
  expect(performance.now() - startedMs).toBeLessThan(withinMs);
  for (const outcome of outcomes) {
    expect(outcome.status).toBe('rejected');
    if (outcome.status === 'fulfilled') continue;
    expect(outcome.reason).toBeInstanceOf(ProviderError);
    expect(outcome.reason).toMatchObject({ retry: true });
  }
}

function failing(parts: () => Failing): void {
  it.each<Weather>(['refuses', 'resets', 'losesAnswers'])(
    '[P4] that %s is to be asked again, and answers then as if nothing had been',
    async (weather) => {
      const { bench, allCalls } = parts();
      const calls = Object.values(await allCalls(never()));
      bench.way.weather = weather;
      await expectAllToFail(calls, 2_000);
      bench.way.weather = 'clear';
      for (const call of calls) await call();
    },
  );

  it('[P4] [N2] that is silent, or stops in the middle, is given up in time', async () => {
    const { bench, allCalls } = parts();
    const silent = Object.values(await allCalls(never()));
    bench.way.weather = 'hangs';
    const given = expectAllToFail(silent, PATIENCE_MS);
    const { requests } = bench.way;
    await soon('all have been asked', () => bench.way.requests >= requests + silent.length);
    bench.way.weather = 'clear';
    const halves = Object.values(await allCalls(never()));
    bench.way.weather = 'stalls';
    await expectAllToFail(halves, PATIENCE_MS);
    await given;
  });

  it('[P4] that is not there at all is to be asked again', async () => {
    const { bench } = parts();
    const nowhere = bench.providerAt(`http://127.0.0.1:${await quietPort()}`);
    await expectAllToFail([() => nowhere.open(paymentRequest(), never())], 2_000);
  });

  it('[N2] is asked no longer than its caller wants to wait', async () => {
    const { bench, allCalls } = parts();
    const abort = new AbortController();
    const calls = Object.values(await allCalls(abort.signal));
    bench.way.weather = 'hangs';
    const before = bench.way.requests;
    const failed = expectAllToFail(calls, 2_000);
    await soon('all have been asked', () => bench.way.requests >= before + calls.length);
    abort.abort();
    await failed;
    // The requests themselves have ended too, and hold nothing up.
    await soon('they are gone', () => bench.way.waiting === 0, 2_000);
    await expectAllToFail(calls, 500);
  });

  it('[P4] says of what it does not know that asking again is no use', async () => {
    const { bench, provider } = parts();
    const unknown = bench.unknownReference;
    for (const call of [provider.find(unknown, never()), provider.expire(unknown, never())]) {
      await expect(call).rejects.toMatchObject({ name: 'ProviderError', retry: false });
    }
  });
}

function callingBack(parts: () => Paying): void {
  /** The first callback on a payment that was just paid. */
  const callbackOf = async (): Promise<{ callback: Callback; name: string; reference: string }> => {
    const { bench, opened } = parts();
    const { request, reference } = await opened();
    bench.pay(reference);
    const isOurs = ({ body }: Callback) => Buffer.from(body).includes(`"${request.payment}"`);
    await soon('it calls back', () => bench.box.callbacks.some(isOurs));
    const callback = bench.box.callbacks.find(isOurs);
    if (callback === undefined) throw new Error('it is there');
    return { callback, name: request.payment, reference };
  };
  const signatureIn = ({ headers }: Callback): string =>
    Object.keys(headers).find((name) => HEADER_OF_SIGNATURE.test(name)) ?? '';

  it('[P4] is heard when it calls back, twice and for minutes after', async () => {
    const { provider } = parts();
    const { callback, name, reference } = await callbackOf();
    const news = { type: 'payment', payment: name, reference };
    expect(provider.readCallback(callback.headers, callback.body)).toMatchObject(news);
    const nowMs = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(nowMs + 290_000);
    expect(provider.readCallback(callback.headers, callback.body)).toMatchObject(news);
  });

  it('[P4] tells of a refund, by the name of its payment', async () => {
    const { bench, provider, opened } = parts();
    const { request, reference } = await opened();
    bench.pay(reference);
    await provider.refund(refundOf(request, { reference }), never());
    const told = () =>
      bench.box.callbacks.map(({ headers, body }) => provider.readCallback(headers, body));
    await soon('it calls back', () =>
      told().some((news) => news.type === 'refund' && news.payment === request.payment),
    );
  });

  it('[P4] is not believed where any bit of what it says was changed on the way', async () => {
    const { provider } = parts();
    const { callback } = await callbackOf();
    const { headers, body } = callback;
    const place = fc.tuple(fc.nat(body.length - 1), fc.nat(7));
    fc.assert(
      fc.property(place, ([at, bit]) => {
        const spoilt = Uint8Array.from(body);
        spoilt[at] = (spoilt[at] ?? 0) ^ (1 << bit);
        expect(() => provider.readCallback(headers, spoilt)).toThrow(CallbackRefused);
      }),
      { numRuns: 300 },
    );
    const longer = Uint8Array.from([...body, 32]);
    expect(() => provider.readCallback(headers, longer)).toThrow(CallbackRefused);
    expect(() => provider.readCallback(headers, new Uint8Array(0))).toThrow(CallbackRefused);
  });

  it('[P4] is not believed with another signature, another time, or none', async () => {
    const { provider } = parts();
    const { callback } = await callbackOf();
    const { headers, body } = callback;
    const name = signatureIn(callback);
    const signature = headers[name] ?? '';
    const [seconds = ''] = /\d+/.exec(signature) ?? [];
    const others = [
      signature.replace(/v1=./, (start) => (start === 'v1=0' ? 'v1=1' : 'v1=0')),
      signature.replace(seconds, String(Number(seconds) + 1)),
      signature.replace('v1=', 'v2='),
      signature.replace(/v1=\w+/, 'v1='),
      'nonsense',
      '',
    ];
    for (const other of others) {
      const spoilt = { ...headers, [name]: other };
      expect(() => provider.readCallback(spoilt, body), other).toThrow(CallbackRefused);
    }
    const { [name]: _, ...without } = headers;
    expect(() => provider.readCallback(without, body)).toThrow(CallbackRefused);
  });

  it('[P4] is not believed when it is too old, or signed with another secret', async () => {
    const { bench, provider } = parts();
    const { callback } = await callbackOf();
    const stranger = bench.providerAt(bench.way.url, 'whsec_another');
    expect(() => stranger.readCallback(callback.headers, callback.body)).toThrow(CallbackRefused);
    const nowMs = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(nowMs + 302_000);
    expect(() => provider.readCallback(callback.headers, callback.body)).toThrow(CallbackRefused);
  });
}
