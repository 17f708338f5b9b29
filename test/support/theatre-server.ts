/** A theatre's own inventory system, as one would write it, for tests [B4]. */
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TheatreCall {
  readonly what: string;
  readonly payment: string;
  readonly booking: string | undefined;
  readonly seats: readonly { readonly seat: number; readonly name: string }[];
  readonly signature: string;
  readonly body: string;
}

export class TheatreServer {
  /** What it does when it is asked to lock. */
  mood: 'locks' | 'refuses' | 'silent' = 'locks';
  readonly calls: TheatreCall[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        const what = (request.url ?? '').slice(1);
        const signature = String(request.headers['usher-signature']);
        this.calls.push({ booking: undefined, ...JSON.parse(body), what, signature, body });
        if (what === 'lock' && this.mood === 'silent') return;
        const locked = this.mood === 'locks';
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ locked }));
      });
    });
  }

  static async start(): Promise<TheatreServer> {
    const theatre = new TheatreServer();
    await new Promise<void>((resolve) => theatre.#server.listen(0, '127.0.0.1', resolve));
    return theatre;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  of(payment: string): readonly string[] {
    return this.calls.filter((call) => call.payment === payment).map(({ what }) => what);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Whether a call was signed with this secret. */
export function isSignedWith(secret: string, { signature, body }: TheatreCall): boolean {
  const [, seconds = '', hex = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex') === hex;
}
