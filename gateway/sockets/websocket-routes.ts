/** The WebSocket endpoint: subprotocols, limits, and the sockets' life. */
import type { TemplatedApp } from 'uWebSockets.js';
import { EARLIER_SUBPROTOCOLS, SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK } from '../wire/messages.ts';
import type { SocketData } from './connections.ts';
import type { Gateway } from './gateway.ts';
import { socketLimits } from './limits.ts';

export function addWebSocketRoutes(app: TemplatedApp, gateway: Gateway): void {
  app.ws<SocketData>('/ws', {
    maxPayloadLength: socketLimits.messageBytesHard,
    maxBackpressure: socketLimits.backpressureBytes,
    closeOnBackpressureLimit: 1,
    idleTimeout: socketLimits.idleSeconds,
    sendPingsAutomatically: true,
    maxLifetime: 0,
    upgrade: (response, request, context) => {
      const offered = request.getHeader('sec-websocket-protocol');
      const protocol = chooseSubprotocol(offered);
      if (protocol === undefined) {
        const text = `Offer the subprotocol ${SUBPROTOCOL_MSGPACK} or ${SUBPROTOCOL_JSON}.\n`;
        response.writeStatus('400 Bad Request').end(text, true);
        return;
      }
      if (gateway.full) {
        const text = 'No more connections just now; try again in a moment.\n';
        response.writeStatus('503 Service Unavailable').writeHeader('retry-after', '5');
        response.end(text, true);
        return;
      }
      const data: SocketData = { json: protocol.endsWith('.json'), connection: undefined };
      response.upgrade(
        data,
        request.getHeader('sec-websocket-key'),
        offered === '' ? '' : protocol,
        request.getHeader('sec-websocket-extensions'),
        context,
      );
    },
    open: (socket) => {
      const data = socket.getUserData();
      data.connection = gateway.open(socket, data.json);
    },
    message: (socket, message, isBinary) => {
      const { connection } = socket.getUserData();
      // The buffer is only lent for the call; whoever keeps bytes copies them.
      if (connection !== undefined) gateway.message(connection, new Uint8Array(message), isBinary);
    },
    close: (socket) => {
      const data = socket.getUserData();
      if (data.connection !== undefined) gateway.close(data.connection);
      data.connection = undefined;
    },
  });
}

const spoken: readonly string[] = [SUBPROTOCOL_MSGPACK, SUBPROTOCOL_JSON, ...EARLIER_SUBPROTOCOLS];

/** Who offers none is a person with a generic tool, and gets JSON. */
function chooseSubprotocol(offered: string): string | undefined {
  if (offered === '') return SUBPROTOCOL_JSON;
  const names = offered.split(',').map((name) => name.trim());
  return names.find((name) => spoken.includes(name));
}
