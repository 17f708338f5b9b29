/** What every payment provider's adapter must do, whoever is behind it [P1, P4, P5]. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { minor } from '../../../engine/ids.ts';
import {
  type PaymentProvider,
  type PaymentRequest,
  ProviderError,
} from '../../../gateway/payments/provider.ts';
import type { Weather } from '../../support/flaky-way.ts';
import { soon } from '../../support/payers.ts';
import { quietPort } from '../../support/quiet-port.ts';
import { describeCallbacks } from './callback-contract.ts';
import {
  never,
  type Paying,
  type ProviderBench,
  paymentRequest,
  refundOf,
} from './provider-bench.ts';

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
    describeCallbacks(() => ({ bench, provider, opened }));
  });
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

  it('[P4] that is silent, or stops in the middle, is given up in time', async () => {
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

  it('[P4] is asked no longer than its caller wants to wait', async () => {
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
