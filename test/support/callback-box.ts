/** Takes whatever a payment provider calls back with, byte by byte as it came. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Callback {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export class CallbackBox {
  readonly callbacks: Callback[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const entries = Object.entries(request.headers).map(([name, value]) => [
          name,
          String(value),
        ]);
        const body = new Uint8Array(Buffer.concat(chunks));
        this.callbacks.push({ headers: Object.fromEntries(entries), body });
        response.writeHead(204).end();
      });
    });
  }

  static async start(): Promise<CallbackBox> {
    const box = new CallbackBox();
    await new Promise<void>((resolve) => box.#server.listen(0, '127.0.0.1', resolve));
    return box;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
