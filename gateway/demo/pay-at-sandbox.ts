/** A simulated person pays at the sandbox provider's page, as a browser's form would. */
import type { BookingRef, HoldId, ShowId } from '../../engine/ids.ts';
import type { UsherClient } from '../client/index.ts';

const PATIENCE_MS = 20_000;

/** The booking that came of it; undefined where none did within some seconds. */
export async function payAtSandbox(
  client: UsherClient,
  show: ShowId,
  hold: HoldId,
  how: 'pay' | 'decline',
): Promise<BookingRef | undefined> {
  const stops: (() => void)[] = [];
  const outcome = new Promise<BookingRef | undefined>((resolve) => {
    const late = setTimeout(() => resolve(undefined), PATIENCE_MS);
    stops.push(() => clearTimeout(late));
    stops.push(
      client.on('paymentReady', (ready) => {
        if (ready.show === show) act(ready.url, how).catch(() => resolve(undefined));
      }),
      client.on('paid', (paid) => {
        if (paid.show === show) resolve(paid.booking);
      }),
      client.on('paymentFailed', (failed) => {
        if (failed.show === show) resolve(undefined);
      }),
    );
  });
  try {
    const answer = await client.pay(show, hold);
    return answer.type === 'rejected' ? undefined : await outcome;
  } finally {
    for (const stop of stops) stop();
  }
}

async function act(url: string, how: 'pay' | 'decline'): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ do: how, how: 'normal' }),
    redirect: 'manual',
  });
  await answer.body?.cancel();
}
