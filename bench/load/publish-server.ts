/**
 * The other ceiling: a uWebSockets server that only publishes to one topic, the same bytes again
 * and again, in a process of its own. Sent `{ bytes, everyMs }` it begins.
 */
import uWS from 'uWebSockets.js';

const HOST = '127.0.0.1';
const TOPIC = 'show';

export interface PublishOrder {
  readonly bytes: number;
  readonly everyMs: number;
}

const app = uWS.App();
app
  .ws('/*', {
    compression: uWS.DISABLED,
    maxPayloadLength: 2048,
    maxBackpressure: 16 * 1024 * 1024,
    idleTimeout: 120,
    open: (socket) => {
      socket.subscribe(TOPIC);
    },
  })
  .listen(HOST, 0, (listening) => {
    if (!listening) process.exit(1);
    process.send?.({ type: 'listening', port: uWS.us_socket_local_port(listening) });
  });

process.on('message', ({ bytes, everyMs }: PublishOrder) => {
  const message = new Uint8Array(bytes).fill(0x2a);
  setInterval(() => app.publish(TOPIC, message, true), everyMs);
});
process.on('disconnect', () => process.exit(0));
