/**
 * One connection of the echo scenario: as many frames in flight as the pipeline is deep, each one
 * sent again as soon as it comes back. What this reaches is what sockets cost by themselves.
 */
import type { RawClient } from './raw-client.ts';
import type { Tally } from './tally.ts';
import { clientFrame } from './websocket-frames.ts';

/** As large as the echo that the project's goals are stated against. */
export const ECHO_PAYLOAD_BYTES = 16;
const frame = clientFrame(new Uint8Array(ECHO_PAYLOAD_BYTES));

export class EchoConnection {
  readonly #client: RawClient;
  #inFlight = 0;

  constructor(client: RawClient, tally: Tally) {
    this.#client = client;
    client.onMessage = () => {
      if (tally.measuring) tally.operations++;
      if (!tally.draining) {
        const at = client.reserve(frame.length);
        client.outgoing.set(frame, at);
        return;
      }
      this.#inFlight--;
    };
  }

  /** Messages that have not come back yet. */
  get busy(): number {
    return this.#inFlight;
  }

  start(pipeline: number): void {
    this.#inFlight = pipeline;
    for (let sent = 0; sent < pipeline; sent++) {
      const at = this.#client.reserve(frame.length);
      this.#client.outgoing.set(frame, at);
    }
    this.#client.flush();
  }
}
