/** Several runs of one scenario as one: the median of each figure and how far the runs differ. */
import { median } from './median.ts';
import type { Figure, RunReport } from './run-report.ts';

export interface SpreadFigure extends Figure {
  /** In the order of the runs. */
  readonly runs: readonly number[];
  readonly least: number;
  readonly most: number;
}

/** The figures that all the runs have, in the order of the first; each value is the median. */
export function combineFigures(reports: readonly RunReport[]): readonly SpreadFigure[] {
  const [first, ...others] = reports;
  if (first === undefined) return [];
  return first.figures.flatMap((figure) => {
    const same = others.map(({ figures }) => figures.find(({ name }) => name === figure.name));
    const runs = [figure, ...same].flatMap((each) => (each === undefined ? [] : [each.value]));
    if (runs.length < reports.length) return [];
    const spread = { least: Math.min(...runs), most: Math.max(...runs) };
    return [{ ...figure, value: median(runs), runs, ...spread }];
  });
}
