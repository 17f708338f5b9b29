/**
 * Sessions without accounts: a random user id and a token that proves it, signed with a secret
 * that is kept with the log, so that a session survives reconnects and restarts [W9].
 *
 *   token = user id "." base64url(HMAC-SHA256(secret, "usher-session-1:" user id))
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type UserId, userId } from '../../engine/ids.ts';

/** 72 random bits, 12 characters: short in every log line, and nobody meets another's by chance. */
const USER_ID_BYTES = 9;

export interface Session {
  readonly user: UserId;
  readonly token: string;
}

export class SessionTokens {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** A new anonymous user. */
  create(): Session {
    const user = userId(randomBytes(USER_ID_BYTES).toString('base64url'));
    return { user, token: `${user}.${this.#sign(user).toString('base64url')}` };
  }

  /** The session that a token proves, or undefined where it proves none. */
  verify(token: string): Session | undefined {
    const dot = token.indexOf('.');
    if (dot < 1) return undefined;
    const user = userId(token.slice(0, dot));
    const given = Buffer.from(token.slice(dot + 1), 'base64url');
    const expected = this.#sign(user);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return { user, token };
  }

  #sign(user: UserId): Buffer {
    return createHmac('sha256', this.#secret).update(`usher-session-1:${user}`).digest();
  }
}
