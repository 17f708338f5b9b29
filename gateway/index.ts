/** The public entry point `usher/gateway`: the whole server, to be run inside a program. */
export { startServer, type UsherServer } from './server.ts';
export { OptionError, type ServerOptions } from './server-options.ts';
export { checkTicket, type TicketFacts } from './tickets/ticket-signer.ts';
