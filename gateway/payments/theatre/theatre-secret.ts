/**
 * What the calls to a theatre's own system are signed with. Each partner has a secret of its own,
 * which follows from the server's: none can sign in the name of Usher to another's system.
 */
import { createHmac } from 'node:crypto';

/** 43 characters of base64url. */
export function theatreSecretOf(serverSecret: string, partner: string): string {
  return createHmac('sha256', serverSecret).update(`theatre.${partner}`).digest('base64url');
}
