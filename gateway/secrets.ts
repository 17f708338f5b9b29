/** The server's secrets: kept with the log, made when first needed. */
import { randomBytes } from 'node:crypto';
import type { LogClient } from '../persistence/thread/log-client.ts';
import { newTicketKey } from './tickets/ticket-signer.ts';

export interface Secrets {
  readonly sessionSecret: Uint8Array;
  readonly ticketKey: Uint8Array;
  /** What theatres' own systems are spoken to with [B4]. */
  readonly theatreSecret: Uint8Array;
  /** Shared with the sandbox provider, where the server starts it. */
  readonly sandboxSecret: Uint8Array;
}

const KEY_BYTES = 32;

export async function readSecrets(log: LogClient): Promise<Secrets> {
  const random = () => randomBytes(KEY_BYTES);
  return {
    sessionSecret: await secret(log, 'session-secret', random),
    ticketKey: await secret(log, 'ticket-key', newTicketKey),
    theatreSecret: await secret(log, 'theatre-secret', random),
    sandboxSecret: await secret(log, 'sandbox-secret', random),
  };
}

async function secret(log: LogClient, key: string, make: () => Uint8Array): Promise<Uint8Array> {
  const known = await log.getMeta(key);
  if (known !== undefined) return known;
  const made = make();
  await log.setMeta(key, made);
  return made;
}
