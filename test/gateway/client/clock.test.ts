/** Proves that a countdown follows the server's clock, not this machine's. */
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { millis } from '../../../engine/ids.ts';
import { backoffMs } from '../../../gateway/client/backoff.ts';
import { ServerClock } from '../../../gateway/client/clock.ts';
import { connect } from '../../../gateway/client/index.ts';
import { StubServer, until } from './stub-server.ts';

describe('the server’s clock', () => {
  it('believes the quickest round trip', () => {
    let now = 1000;
    const clock = new ServerClock(() => now);
    clock.sample(0, 400, millis(50_000 + 390));
    clock.sample(500, 510, millis(50_505));
    clock.sample(600, 900, millis(50_610));
    expect(clock.roundTripMs).toBe(10);
    expect(clock.serverNow()).toBe(51_000);
    now = 2000;
    expect(clock.remainingMs(millis(52_500))).toBe(500);
    expect(clock.remainingMs(millis(51_000))).toBe(0);
  });

  it('is never further off than half the quickest round trip', () => {
    const trips = fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.nat(10 ** 9), trips, (offset, pauses) => {
        let now = 0;
        const clock = new ServerClock(() => now);
        let quickest = Number.POSITIVE_INFINITY;
        for (const [there, back] of pauses) {
          clock.sample(now, now + there + back, millis(now + there + offset));
          now += there + back;
          quickest = Math.min(quickest, there + back);
        }
        expect(Math.abs(clock.serverNow() - (now + offset))).toBeLessThanOrEqual(quickest / 2);
      }),
    );
  });

  it('ignores a round trip that cannot be', () => {
    const clock = new ServerClock(() => 0);
    clock.sample(10, 5, millis(1));
    expect(clock.roundTripMs).toBeUndefined();
    expect(Math.abs(clock.serverNow() - Date.now())).toBeLessThan(1000);
  });
});

describe('over a real socket', () => {
  let stop: (() => Promise<void>) | undefined;
  afterEach(() => stop?.());

  it('[T1] finds a server whose clock is an hour ahead within some milliseconds', async () => {
    const server = await StubServer.start();
    server.clockAheadMs = 3_600_000;
    const client = connect({ url: server.url, WebSocket });
    stop = async () => {
      client.close();
      await server.stop();
    };
    await until(() => server.of('ping').length >= 2, 'pings after the greeting');
    await client.ping();
    expect(Math.abs(client.serverNow() - (Date.now() + 3_600_000))).toBeLessThan(20);
    expect(client.remainingMs(millis(Date.now() + 3_605_000))).toBeLessThanOrEqual(5_020);
  });
});

describe('the pause before another try', () => {
  it('starts at about 100 ms, rises, and stays below its cap', () => {
    expect(backoffMs(1, 5000, 0)).toBe(50);
    expect(backoffMs(1, 5000, 1)).toBe(100);
    expect(backoffMs(4, 5000, 1)).toBe(800);
    for (const tries of [7, 30, 1000]) expect(backoffMs(tries, 5000, 1)).toBe(5000);
  });
});
