/**
 * The ceiling: a uWebSockets server that only sends back what it gets, in a process of its own.
 * Whatever a booking server does on these sockets comes on top of this.
 */
import uWS from 'uWebSockets.js';

const HOST = '127.0.0.1';

uWS
  .App()
  .ws('/*', {
    compression: uWS.DISABLED,
    maxPayloadLength: 2048,
    maxBackpressure: 16 * 1024 * 1024,
    idleTimeout: 120,
    message: (socket, message, isBinary) => {
      socket.send(message, isBinary);
    },
  })
  .listen(HOST, 0, (listening) => {
    if (!listening) process.exit(1);
    process.send?.({ type: 'listening', port: uWS.us_socket_local_port(listening) });
  });

process.on('disconnect', () => process.exit(0));
