/**
 * What the server says of itself while it is loaded, twice a second: from the metrics that
 * Prometheus reads. A server without them is loaded all the same.
 */
import { performance } from 'node:perf_hooks';
import type { Series } from '../report/run-report.ts';
import type { Target } from './subject.ts';

const EVERY_MS = 500;
const ANSWER_WITHIN_MS = 2_000;

/** A metric as it stands, or a total of which the pace is shown. */
interface Sampled {
  readonly metric: string;
  readonly name: string;
  readonly unit: string;
}

const sampled: readonly Sampled[] = [
  { metric: 'usher_decisions_total', name: 'decisions', unit: '/s' },
  { metric: 'usher_rejections_total', name: 'refusals', unit: '/s' },
  { metric: 'usher_deliveries_total', name: 'changes delivered', unit: '/s' },
  { metric: 'usher_event_loop_lag_ms', name: "lag of the shard's event loop", unit: 'ms' },
  { metric: 'usher_mailbox', name: 'waiting to be decided', unit: 'requests' },
  { metric: 'usher_connections', name: 'connections', unit: 'sockets' },
];

interface Reading {
  readonly atMs: number;
  readonly values: ReadonlyMap<string, number>;
}

export class Sampler {
  readonly #url: string;
  readonly #readings: Reading[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isReading = false;

  constructor({ host, port }: Target) {
    this.#url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#read(), EVERY_MS);
    void this.#read();
  }

  /** Nothing where the server has no metrics. */
  stop(): readonly Series[] {
    clearInterval(this.#timer);
    return sampled.flatMap((each) => seriesOf(each, this.#readings));
  }

  async #read(): Promise<void> {
    // One that answers late is not asked again meanwhile.
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const answer = await fetch(this.#url, { signal });
      const atMs = performance.now();
      if (answer.ok) this.#readings.push({ atMs, values: readMetrics(await answer.text()) });
    } catch {
      // A busy server may not answer; the plot has a gap then.
    } finally {
      this.#isReading = false;
    }
  }
}

/** Prometheus' text format: each metric's sum over its labels. */
export function readMetrics(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, number] = /^([a-z_]+)(?:\{[^}]*\})? ([\d.e+-]+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    values.set(name, (values.get(name) ?? 0) + Number(number));
  }
  return values;
}

function seriesOf({ metric, name, unit }: Sampled, readings: readonly Reading[]): Series[] {
  const firstMs = readings[0]?.atMs ?? 0;
  const points = readings.flatMap(({ atMs, values }, index): [number, number][] => {
    const value = values.get(metric);
    if (value === undefined) return [];
    const at = (atMs - firstMs) / 1_000;
    if (!metric.endsWith('_total')) return [[at, value]];
    const before = readings[index - 1];
    if (before === undefined) return [];
    const gained = value - (before.values.get(metric) ?? 0);
    return [[at, (gained * 1_000) / (atMs - before.atMs)]];
  });
  const isEmpty = points.every(([, value]) => value === 0);
  return isEmpty ? [] : [{ name, unit, points }];
}
