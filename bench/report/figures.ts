/** Makes the figures of a report, rounded to what a measurement can say. */
import type { LoadSummary } from '../load/run-load.ts';
import type { Figure } from './run-report.ts';

const DIGITS = 5;
const THREADS_TOLD = 4;

export function figure(
  name: string,
  value: number,
  unit: string,
  better: Figure['better'],
  note?: string,
): Figure {
  const rounded = Number(value.toPrecision(DIGITS));
  return { name, value: rounded, unit, better, ...(note === undefined ? {} : { note }) };
}

/** The figure of this name. @throws Error where the report has none. */
export function figureNamed(figures: readonly Figure[], name: string): number {
  const found = figures.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no figure "${name}" in the report`);
  return found.value;
}

/** CPU time an operation on either side; nothing where the system does not tell. */
export function cpuFigures(load: LoadSummary): readonly Figure[] {
  const { operations, serverCpu, clientCpuUs } = load;
  const each = (us: number) => us / Math.max(1, operations);
  const client = figure('client CPU an operation', each(clientCpuUs), 'µs', 'lower');
  if (serverCpu === undefined) return [client];
  const threads = serverCpu.threads.slice(0, THREADS_TOLD).map((share) => share.toFixed(2));
  const note = `its busiest threads: ${threads.join(', ')} of a core`;
  return [figure('server CPU an operation', each(serverCpu.totalUs), 'µs', 'lower', note), client];
}
