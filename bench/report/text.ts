/** Reports for a terminal: the auditor's word first, then figures lined up, then percentiles. */
import type { BudgetResult } from '../budgets/goals.ts';
import { mergeLatencies } from '../load/latencies.ts';
import type { RunReport, Verdict } from './run-report.ts';
import { combineFigures } from './spread.ts';
import { decimals, type Row, renderTable, whole } from './table.ts';

const PERCENTILES = [50, 99, 99.9, 100] as const;
const US_PER_MS = 1_000;

/** One run, or several of the same scenario. */
export function renderReports(reports: readonly RunReport[]): string {
  const [first] = reports;
  if (first === undefined) return '';
  const settings = Object.entries(first.settings).map(([name, value]) => `${name} ${value}`);
  const rows = combineFigures(reports).map(({ name, value, unit, note, least, most }): Row => {
    const apart = reports.length > 1 ? `${shown(least)} to ${shown(most)}` : undefined;
    const notes = [apart, note].filter((each) => each !== undefined);
    return [name, shown(value), `${unit.padEnd(6)} ${notes.join('; ')}`];
  });
  const runs = reports.length > 1 ? `, median of ${reports.length} runs` : '';
  const verdicts = [...new Set(reports.map(({ verdict }) => verdictInWords(verdict)))];
  return renderTable(
    `${first.scenario}${runs}: ${settings.join(', ')}\n\n  ${verdicts.join('\n  ')}`,
    [...rows, ...latencyRows(reports)],
  );
}

function latencyRows(reports: readonly RunReport[]): readonly Row[] {
  return (reports[0]?.latencies ?? []).map(({ name }): Row => {
    const encoded = reports.flatMap(({ latencies }) =>
      latencies.flatMap((each) => (each.name === name ? [each.histogram] : [])),
    );
    const merged = mergeLatencies(encoded);
    const values = PERCENTILES.map((at) => {
      return decimals(merged.getValueAtPercentile(at) / US_PER_MS, 2);
    });
    return [name, values.join(' / '), 'ms     p50 / p99 / p99.9 / most'];
  });
}

export function verdictInWords(verdict: Verdict | null): string {
  if (verdict === null) return 'No log was audited.';
  const { decisionsAudited, seatsSoldTwice, overtakings, lostAcknowledgements } = verdict;
  return (
    `${whole(decisionsAudited)} decisions audited: ${seatsSoldTwice} seats sold twice, ` +
    `${overtakings} overtakings, ${lostAcknowledgements} acknowledgements lost, ` +
    `${verdict.otherFindings} other findings`
  );
}

export function renderBudgets(results: readonly BudgetResult[]): string {
  return results
    .map(({ id, text, met, parts }) => {
      const rows = parts.map((part): Row => {
        const goal = `${part.better === 'higher' ? '≥' : '≤'} ${shown(part.goal)}`;
        return [part.name, shown(part.value), `${part.unit}  ${goal}  ${part.met ? '' : 'missed'}`];
      });
      return renderTable(`${id} ${met ? 'met' : 'MISSED'}: ${text}`, rows);
    })
    .join('\n');
}

/** As many digits as a measurement can say. */
export function shown(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value) || Math.abs(value) >= 1_000) {
    return whole(value);
  }
  return String(Number(value.toPrecision(4)));
}
