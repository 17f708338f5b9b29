/** What the report draws, as data that its script understands, and the same as tables. */
import { mergeLatencies } from '../../load/latencies.ts';
import type { RunReport, Series } from '../run-report.ts';

/** One plot; `data` is as uPlot takes it: the x values, then the values of each line. */
export interface Plot {
  readonly id: string;
  readonly title: string;
  readonly kind: 'percentiles' | 'time' | 'sizes';
  readonly unit: string;
  readonly names: readonly string[];
  readonly data: readonly (readonly (number | null)[])[];
}

const US_PER_MS = 1_000;
/** One over one minus the percentile, as powers of ten: 0 is p0, 2 is p99, 5 is p99.999. */
const NINES = Array.from({ length: 51 }, (_, index) => index / 10);
const FEWEST_BEYOND = 3;

/** The plots of one scenario, whose runs lie over each other. */
export function plotsOf(reports: readonly RunReport[], prefix: string): readonly Plot[] {
  const plots = [latencyPlot(reports, `${prefix}-latency`)];
  const [first] = reports;
  const groups = new Map<string, Series[]>();
  for (const series of first?.series ?? []) {
    const key = `${series.unit}|${axisOf(series)}`;
    groups.set(key, [...(groups.get(key) ?? []), series]);
  }
  for (const [index, group] of [...groups.values()].entries()) {
    plots.push(seriesPlot(group, `${prefix}-series-${index}`));
  }
  return plots.filter((plot) => plot !== undefined);
}

function latencyPlot(reports: readonly RunReport[], id: string): Plot | undefined {
  const names = [...new Set(reports.flatMap(({ latencies }) => latencies.map(({ name }) => name)))];
  if (names.length === 0) return undefined;
  const histograms = names.map((name) => {
    return mergeLatencies(
      reports.flatMap(({ latencies }) => {
        return latencies.filter((each) => each.name === name).map(({ histogram }) => histogram);
      }),
    );
  });
  const lines = histograms.map((histogram) => {
    // A percentile that hardly anything lies beyond says nothing.
    const most = Math.log10(Math.max(1, histogram.totalCount / FEWEST_BEYOND));
    return NINES.map((nines) => {
      if (nines > most) return null;
      const value = histogram.getValueAtPercentile(100 - 100 / 10 ** nines) / US_PER_MS;
      return Math.max(value, 0.001);
    });
  });
  const longest = Math.max(...lines.map((line) => line.filter((value) => value !== null).length));
  const data = [NINES, ...lines].map((line) => line.slice(0, Math.max(2, longest)));
  return { id, title: 'Latency', kind: 'percentiles', unit: 'ms', names, data };
}

function seriesPlot(group: readonly Series[], id: string): Plot {
  const axis = group[0] === undefined ? '' : axisOf(group[0]);
  const xs = [...new Set(group.flatMap(({ points }) => points.map(([x]) => x)))];
  xs.sort((a, b) => a - b);
  const lines = group.map(({ points }) => {
    const at = new Map(points);
    return xs.map((x) => at.get(x) ?? null);
  });
  const title = axis === '' ? (group[0]?.unit ?? '') : `By ${axis}`;
  const kind = axis === '' ? 'time' : 'sizes';
  const names = group.map(({ name }) => (axis === '' ? name : name.replace(` by ${axis}`, '')));
  return { id, title, kind, unit: group[0]?.unit ?? '', names, data: [xs, ...lines] };
}

/** What a series of costs is plotted over; empty where that is time. */
function axisOf({ name }: Series): string {
  const [, axis = ''] = / by ([a-z ]+)$/.exec(name) ?? [];
  return axis;
}
