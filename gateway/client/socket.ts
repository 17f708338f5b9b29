/**
 * The part of a WebSocket that the SDK uses. The browser's own class and the `ws` package's both
 * have it; Node 20 has none built in, so there it is passed in.
 */

export interface SocketLike {
  binaryType: string;
  send(data: Uint8Array<ArrayBuffer> | string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'error' | 'close', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

export type SocketClass = new (url: string, protocols?: string | string[]) => SocketLike;

/** The class to use: the one passed in, else the platform's. Throws where there is neither. */
export function socketClass(given: SocketClass | undefined): SocketClass {
  const found = given ?? globalThis.WebSocket;
  if (!found) {
    throw new TypeError(
      'No WebSocket here: pass one, e.g. connect({ url, WebSocket }) with `ws` in Node 20.',
    );
  }
  return found;
}
