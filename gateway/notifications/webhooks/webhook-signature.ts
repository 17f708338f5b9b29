/**
 * How news to partners are signed, and how a partner makes sure of them: HMAC-SHA256 over
 * `<timestamp>.<body>`, with the timestamp in seconds, so that nobody can send an old one again.
 *
 *   usher-id: k3x.17.0
 *   usher-timestamp: 1774000000
 *   usher-signature: v1=<hex>[,v1=<hex> by the secret that was replaced lately]
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const webhookHeaders = {
  id: 'usher-id',
  timestamp: 'usher-timestamp',
  signature: 'usher-signature',
} as const;

const TOLERATED_S = 300;

export function signWebhook(
  secrets: readonly string[],
  timestampS: number,
  body: Uint8Array | string,
): string {
  return secrets.map((secret) => `v1=${macOf(secret, timestampS, body)}`).join(',');
}

/**
 * Whether a request is from Usher and fresh. `body` are the bytes as they came, before anything
 * parsed them. Keep the `usher-id`s of the last days, and pass over one that was there before.
 */
export function verifyWebhook(
  secret: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: Uint8Array | string,
  nowMs: number,
): boolean {
  const timestamp = String(headers[webhookHeaders.timestamp] ?? '');
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  const timestampS = Number(timestamp);
  if (Math.abs(nowMs / 1000 - timestampS) > TOLERATED_S) return false;
  const wanted = Buffer.from(macOf(secret, timestampS, body));
  return String(headers[webhookHeaders.signature] ?? '')
    .split(',')
    .map((part) => Buffer.from(part.trim().replace(/^v1=/, '')))
    .some((given) => given.length === wanted.length && timingSafeEqual(given, wanted));
}

function macOf(secret: string, timestampS: number, body: Uint8Array | string): string {
  return createHmac('sha256', secret).update(`${timestampS}.`).update(body).digest('hex');
}
