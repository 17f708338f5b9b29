/** The sandbox's adapter keeps the contract of all providers. */
import { Sandbox } from '../../../gateway/payments/sandbox/sandbox-server.ts';
import { SandboxProvider } from '../../../gateway/payments/sandbox-provider.ts';
import { CallbackBox } from '../../support/callback-box.ts';
import { FlakyWay } from '../../support/flaky-way.ts';
import type { ProviderBench } from './provider-bench.ts';
import { describeProvider } from './provider-contract.ts';

const SECRET = 'a secret of tests';

describeProvider('sandbox', async (): Promise<ProviderBench> => {
  const sandbox = await Sandbox.start({ port: 0, secret: SECRET });
  const way = await FlakyWay.start(sandbox.url);
  const box = await CallbackBox.start();
  return {
    way,
    box,
    unknownReference: 'sb_nobody',
    providerAt: (url, secret = SECRET) =>
      new SandboxProvider({ url, secret, callbackUrl: box.url }),
    made: () => sandbox.store.count,
    pay: (reference) => {
      const wasOpen = sandbox.store.get(reference)?.state === 'open';
      sandbox.act(reference, 'pay', 'normal');
      return wasOpen && sandbox.store.get(reference)?.state === 'captured';
    },
    decline: (reference) => {
      sandbox.act(reference, 'decline', 'normal');
    },
    givenBack: (reference) => {
      const payment = sandbox.store.get(reference);
      return payment?.refund === 'refunded' ? payment.capturedAmount : 0;
    },
    stop: async () => {
      await way.stop();
      await sandbox.stop();
      await box.stop();
    },
  };
});
