/**
 * How long to wait before trying again. The first try comes fast, since most drops are a restart
 * or a change of network; the jitter keeps a crowd that was dropped together from returning
 * together.
 */
const FIRST_MS = 100;

/** Pause before try 1, 2, 3 …: doubling from about 100 ms, never above `capMs`. */
export function backoffMs(tries: number, capMs: number, random = Math.random()): number {
  const full = Math.min(capMs, FIRST_MS * 2 ** Math.min(tries - 1, 20));
  return full * (0.5 + random / 2);
}
