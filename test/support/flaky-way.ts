/** The way to a web service on its bad days: a relay for HTTP that can be told what to spoil. */

import type { ServerResponse } from 'node:http';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Weather =
  | 'clear'
  /** Answers by itself, with `refusal`. */
  | 'refuses'
  /** Takes requests, and says nothing. */
  | 'hangs'
  /** Breaks connections before the service hears anything. */
  | 'resets'
  /** The service does what it is asked; its answer is lost. */
  | 'losesAnswers'
  /** Half of an answer comes, and then nothing. */
  | 'stalls';

export class FlakyWay {
  weather: Weather = 'clear';
  refusal = 503;
  /** That came in, whatever became of them. */
  requests = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #waiting = 0;

  private constructor(port: number) {
    this.#server = createServer((incoming, response) => {
      this.requests++;
      this.#waiting++;
      response.on('close', () => {
        this.#waiting--;
      });
      this.#relay(port, incoming, response);
    });
    this.#server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#open.delete(socket));
    });
  }

  /** To a server on this machine. */
  static async start(url: string): Promise<FlakyWay> {
    const way = new FlakyWay(Number(new URL(url).port));
    await new Promise<void>((resolve) => way.#server.listen(0, '127.0.0.1', resolve));
    return way;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests that are neither answered nor given up. */
  get waiting(): number {
    return this.#waiting;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #relay(port: number, incoming: IncomingMessage, response: ServerResponse): void {
    const { weather } = this;
    if (weather === 'resets') return void incoming.socket.resetAndDestroy();
    if (weather === 'hangs') return;
    if (weather === 'refuses') {
      incoming.resume();
      response.writeHead(this.refusal, { 'content-type': 'application/json' });
      response.end('{"error":{"type":"api_error","message":"down"}}');
      return;
    }
    const { method, url, headers } = incoming;
    const onward = request({ port, host: '127.0.0.1', method, path: url, headers }, (answer) => {
      if (weather === 'losesAnswers') {
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (weather === 'clear') return void answer.pipe(response);
      answer.once('data', (chunk: Buffer) => {
        response.write(chunk.subarray(0, Math.floor(chunk.length / 2)));
        answer.resume();
      });
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  }
}
