/**
 * Latencies of one load process. Each is counted in a plain array of microseconds, which costs a
 * few nanoseconds; only at the end do they become an HDR histogram, which can be sent and merged.
 */
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

const COUNTED_US = 262_144;
const HIGHEST_US = 600_000_000;

function emptyHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
  });
}

export class Latencies {
  readonly #counts = new Uint32Array(COUNTED_US);
  readonly #slow = emptyHistogram();

  /** One latency in milliseconds. */
  record(ms: number): void {
    const us = Math.max(0, Math.round(ms * 1000));
    if (us < COUNTED_US) this.#counts[us] = (this.#counts[us] ?? 0) + 1;
    else this.#slow.recordValue(Math.min(us, HIGHEST_US));
  }

  /** All of them as a compressed HDR histogram of microseconds, base64. */
  encode(): string {
    const histogram = this.#slow;
    this.#counts.forEach((count, us) => {
      if (count > 0) histogram.recordValueWithCount(us, count);
    });
    return encodeIntoCompressedBase64(histogram);
  }
}

/** The histograms of several load processes as one, in microseconds. */
export function mergeLatencies(encoded: readonly string[]): Histogram {
  const all = emptyHistogram();
  for (const text of encoded) all.add(decodeFromCompressedBase64(text));
  return all;
}
