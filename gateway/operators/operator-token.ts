/** What opens the operators' routes: made anew at each start of the server. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export function makeOperatorToken(): string {
  return `uo_${randomBytes(24).toString('base64url')}`;
}

/** Whether this `Authorization` header carries it. */
export function isOperator(token: string, authorization: string): boolean {
  const [given, wanted] = [authorization, `Bearer ${token}`].map((text) =>
    createHash('sha256').update(text).digest(),
  );
  return given !== undefined && wanted !== undefined && timingSafeEqual(given, wanted);
}
