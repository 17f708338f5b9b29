/** A proxy as some hotels have: plain HTTP passes, WebSockets are refused or cut at once. */
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export class StubbornProxy {
  /** What becomes of a WebSocket. */
  sockets: 'refused' | 'cut' | 'passed' = 'refused';
  upgrades = 0;
  requests = 0;
  readonly #port: number;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(port: number) {
    this.#port = port;
    this.#server = createServer((incoming, response) => {
      this.requests++;
      const { method, url, headers } = incoming;
      const onward = request({ port, host: '127.0.0.1', method, path: url, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      incoming.pipe(onward);
    });
    this.#server.on('upgrade', (incoming, socket: Socket, head) => {
      this.#upgrade(incoming, socket, head);
    });
    this.#server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#open.delete(socket));
    });
  }

  /** In front of a server on this port of this machine. */
  static async start(port: number): Promise<StubbornProxy> {
    const proxy = new StubbornProxy(port);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Breaks every connection that passes through. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    this.upgrades++;
    if (this.sockets === 'refused') {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      return;
    }
    const onward = connect(this.#port, '127.0.0.1');
    const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
    for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
      lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}`);
    }
    onward.write(`${lines.join('\r\n')}\r\n\r\n`);
    onward.write(head);
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    socket.pipe(onward);
    onward.pipe(socket);
    if (this.sockets === 'cut') onward.once('data', () => setTimeout(() => socket.destroy(), 30));
  }
}
