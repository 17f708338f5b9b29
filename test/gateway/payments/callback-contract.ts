/** What every payment provider's adapter must make of callbacks: believe those of its provider. */
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { CallbackRefused } from '../../../gateway/payments/provider.ts';
import type { Callback } from '../../support/callback-box.ts';
import { soon } from '../../support/payers.ts';
import { never, type Paying, refundOf } from './provider-bench.ts';

const HEADER_OF_SIGNATURE = /signature$/;

export function describeCallbacks(parts: () => Paying): void {
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
