/** Says hello on a fresh connection, so that it has a session before the load begins. */
import { pack } from 'msgpackr';
import { connectRaw, type RawClient } from './raw-client.ts';
import { clientFrame } from './websocket-frames.ts';

const SUBPROTOCOL = 'usher.v1.msgpack';
const HELLO = 1;
const WELCOME = 32;
const ANSWER_TIMEOUT_MS = 10_000;

/** A connection to the server under test that was welcomed. @throws Error where it was not. */
export async function connectUser(host: string, port: number): Promise<RawClient> {
  const client = await connectRaw({ host, port, path: '/ws', subprotocol: SUBPROTOCOL });
  const answer = await ask(client, pack([HELLO, 'hello', null]));
  if (answer[1] !== WELCOME) {
    client.close();
    throw new Error(`hello was answered with message ${answer[1]}`);
  }
  return client;
}

/** Sends one request and waits for the next message. @throws Error where none comes. */
export function ask(client: RawClient, request: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('the server did not answer')),
      ANSWER_TIMEOUT_MS,
    );
    const settle = (act: () => void) => {
      clearTimeout(timer);
      client.onMessage = () => undefined;
      act();
    };
    client.onMessage = (bytes, from, until) => {
      const message = bytes.slice(from, until);
      settle(() => resolve(message));
    };
    client.onClosed = (reason) => settle(() => reject(new Error(reason)));
    client.send(clientFrame(request));
  });
}
