/** People who hold seats and pay for them, at a real server and a real sandbox provider. */
import { WebSocket } from 'ws';
import { connect, type Down, type UsherClient } from '../../gateway/client/index.ts';
import type { Behaviour } from '../../gateway/payments/sandbox/pages.ts';
import type { Sandbox } from '../../gateway/payments/sandbox/sandbox-server.ts';
import type { DemoShow } from './demo-show.ts';

export const SANDBOX_SECRET = 'a secret of tests';

/** What became of a payment, as its payer was told. */
export type Ending = 'paid' | 'paymentFailed' | 'refundOwed' | 'nothing';

export class Payer {
  readonly client: UsherClient;
  readonly #show: Pick<DemoShow, 'id'>;
  readonly #sandbox: Pick<Sandbox, 'act'>;
  readonly news: (Down<'paid'> | Down<'paymentFailed'> | Down<'refundOwed'> | Down<'refunded'>)[] =
    [];

  /** `sandbox`: whoever plays their part at the provider's page. */
  constructor(url: string, show: Pick<DemoShow, 'id'>, sandbox: Pick<Sandbox, 'act'>) {
    this.client = connect({ url, WebSocket: WebSocket as never, requestTimeoutMs: 30_000 });
    this.#show = show;
    this.#sandbox = sandbox;
    for (const type of ['paid', 'paymentFailed', 'refundOwed', 'refunded'] as const) {
      this.client.on(type, (message) => this.news.push(message));
    }
  }

  /** Holds so many seats and begins to pay; undefined where there are none left. */
  async begin(count: number): Promise<Down<'paying'> | undefined> {
    const held = await this.client.holdBest(this.#show.id, count, { split: true });
    if (held.type === 'rejected') return undefined;
    const paying = await this.client.pay(this.#show.id, held.hold);
    return paying.type === 'rejected' ? undefined : paying;
  }

  /** Once the provider has a page: its reference there. Asks again, as a reload would. */
  async reference({ payment }: Down<'paying'>): Promise<string> {
    for (;;) {
      const { holds } = await this.#mine();
      const hold = holds.find((each) => each.payment?.payment === payment);
      if (hold === undefined) throw new Error('the payment has ended');
      const url = hold?.payment?.url;
      if (typeof url === 'string') return url.slice(url.lastIndexOf('/') + 1);
      await pause(30);
    }
  }

  act(reference: string, what: 'pay' | 'decline' | 'cancel', how: Behaviour = 'normal'): void {
    this.#sandbox.act(reference, what, how);
  }

  /** Everything that is held or booked. */
  async giveBackAll(): Promise<void> {
    await this.releaseAll();
    await this.cancelAll(0);
  }

  async releaseAll(): Promise<void> {
    const { holds } = await this.#mine();
    for (const { hold } of holds) await this.client.release(this.#show.id, hold);
  }

  /** All bookings but the latest few. */
  async cancelAll(butThese: number): Promise<void> {
    const { bookings } = await this.#mine();
    const standing = bookings.filter(({ state }) => state === 'booked');
    const refs = standing.slice(0, standing.length - butThese).map(({ booking }) => booking);
    if (refs.length > 0 && standing.length > butThese)
      await this.client.cancel(this.#show.id, refs);
  }

  async #mine() {
    const { shows } = await this.client.mine();
    return shows.find(({ show }) => show === this.#show.id) ?? { holds: [], bookings: [] };
  }

  close(): void {
    this.client.close();
  }
}

export const pause = (forMs: number) => new Promise((later) => setTimeout(later, forMs));

/** Resolves once it is so. @throws Error after a while, saying what was waited for. */
export async function soon(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 20_000,
) {
  const startedMs = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedMs > withinMs) throw new Error(`it never came: ${what}`);
    await pause(20);
  }
}
