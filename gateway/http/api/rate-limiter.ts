/** So many requests a key or an address: a bucket each that fills up again with time. */

export interface RateLimits {
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
}

export interface Rate {
  readonly allowed: boolean;
  readonly limit: number;
  readonly left: number;
  readonly retryAfterS: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

const MINUTE_MS = 60_000;
/** Of whom has been seen; beyond this the one seen longest ago is forgotten. */
const MOST_BUCKETS = 20_000;

export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #nowMs: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: RateLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  take(who: string, isWrite: boolean): Rate {
    const limit = isWrite ? this.#limits.writesPerMinute : this.#limits.readsPerMinute;
    const key = `${isWrite ? 'write' : 'read'} ${who}`;
    const nowMs = this.#nowMs();
    const bucket = this.#buckets.get(key) ?? { left: limit, atMs: nowMs };
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [oldest] = this.#buckets.size > MOST_BUCKETS ? this.#buckets.keys() : [];
    if (oldest !== undefined) this.#buckets.delete(oldest);
    bucket.left = Math.min(limit, bucket.left + ((nowMs - bucket.atMs) / MINUTE_MS) * limit);
    bucket.atMs = nowMs;
    if (bucket.left < 1) {
      const retryAfterS = Math.ceil(((1 - bucket.left) / limit) * (MINUTE_MS / 1_000));
      return { allowed: false, limit, left: 0, retryAfterS };
    }
    bucket.left--;
    return { allowed: true, limit, left: Math.floor(bucket.left), retryAfterS: 0 };
  }
}

export function rateHeaders({ allowed, limit, left, retryAfterS }: Rate): Record<string, string> {
  const headers = { 'ratelimit-limit': String(limit), 'ratelimit-remaining': String(left) };
  return allowed ? headers : { ...headers, 'retry-after': String(retryAfterS) };
}
