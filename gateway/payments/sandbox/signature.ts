/**
 * How the sandbox signs what it calls back with, and how that is checked:
 *
 *   sandbox-signature: t=<seconds since 1970>,v1=<hex of HMAC-SHA256(secret, t "." body)>
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'sandbox-signature';
/** Older ones are refused, so that one that was listened to cannot be played again for long. */
const TOLERANCE_S = 300;

export function signatureOf(secret: string, body: Uint8Array | string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000);
  return `t=${seconds},v1=${digestOf(secret, seconds, body).toString('hex')}`;
}

export function isSigned(
  secret: string,
  body: Uint8Array,
  header: string | undefined,
  nowMs: number,
): boolean {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '');
  const [, seconds, hex] = match ?? [];
  if (seconds === undefined || hex === undefined) return false;
  if (Math.abs(nowMs / 1_000 - Number(seconds)) > TOLERANCE_S) return false;
  return timingSafeEqual(digestOf(secret, Number(seconds), body), Buffer.from(hex, 'hex'));
}

function digestOf(secret: string, seconds: number, body: Uint8Array | string): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}
