/** Proves that metrics are fresh for who asks now and then, and cheap however often one asks. */
import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../gateway/metrics/metrics.ts';
import { nothingCounted } from '../../../gateway/workers/gateway-protocol.ts';

/** Metrics of a gateway whose connections are the number of times that they were looked at. */
function counting() {
  let looks = 0;
  const metrics = new Metrics({
    gateways: () => [{ ...nothingCounted, connections: looks }],
    shards: () => [],
    shardRestarts: () => {
      looks++;
      return 0;
    },
  });
  return { metrics, looks: () => looks };
}

describe('metrics', () => {
  it('are gathered at most so often, however often they are asked for', async () => {
    const { metrics, looks } = counting();
    const startedMs = performance.now();
    for (let asked = 0; asked < 20_000; asked++) await metrics.text();
    const seconds = (performance.now() - startedMs) / 1_000;
    // Twenty of each second that was begun, and one every 50 ms.
    expect(looks()).toBeLessThanOrEqual(20 * (Math.ceil(seconds) + 1) + seconds * 20 + 1);
    expect(looks()).toBeGreaterThanOrEqual(20);
  });

  it('are fresh at the first few askings of a second, and after a pause', async () => {
    const { metrics, looks } = counting();
    for (let asked = 1; asked <= 10; asked++) {
      await metrics.text();
      expect(looks()).toBe(asked);
    }
    for (let asked = 0; asked < 1_000; asked++) await metrics.text();
    const before = looks();
    await new Promise((later) => setTimeout(later, 60));
    await metrics.text();
    expect(looks()).toBeGreaterThan(before);
  });
});
