/** Writes what was measured into bench/RESULTS.md, between the marks that stand there for it. */
import { mergeLatencies } from '../load/latencies.ts';
import { renderGrowth } from '../micro/growth.ts';
import { figureNamed } from '../report/figures.ts';
import type { RunReport, Verdict } from '../report/run-report.ts';
import { shown } from '../report/text.ts';
import { ONSALE_FIGURES } from '../scenarios/onsale.ts';
import type { SpreadBudget } from './spread.ts';

export const BEGIN = '<!-- measured: begin. Written by `npm run bench -- results`. -->';
export const END = '<!-- measured: end -->';

export interface MeasuredResults {
  readonly budgets: readonly SpreadBudget[];
  readonly runs: number;
  /** Every report of every run. */
  readonly reports: readonly RunReport[];
  readonly onsale: RunReport;
  readonly onsalePostgres: RunReport;
  readonly browse: RunReport;
  readonly growth: RunReport;
  readonly seed: number;
  readonly date: string;
}

/** @throws Error where the page has lost its marks. */
export function withResults(page: string, results: MeasuredResults): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new Error(`the page needs the lines ${BEGIN} and ${END} for the results`);
  }
  const before = page.slice(0, begin + BEGIN.length);
  return `${before}\n\n${renderResults(results)}\n${page.slice(end)}`;
}

export function renderResults(results: MeasuredResults): string {
  const { budgets, runs, reports, seed, date } = results;
  const [first] = reports;
  const { node = '', cores = 0 } = first?.machine ?? {};
  const loads = reports.map(({ machine }) => machine.loadAverage);
  const times = runs === 1 ? 'once' : `${runs} times`;
  return [
    `${date}, ${cores} cores, Node ${node.replace('v', '')}, seed ${seed}; everything ${times}; ` +
      `the machine's load average ${Math.min(...loads)} to ${Math.max(...loads)}, the bench's own ` +
      'included.\n',
    '### Budgets\n',
    table(
      ['', 'what', 'goal', 'median', 'least to most', ''],
      budgets.flatMap(({ id, text, parts }) => [
        [`**${id}**`, `**${text}**`, '', '', '', ''],
        ...parts.map(({ name, goal, unit, better, value, least, most, met }) => [
          '',
          name,
          `${better === 'higher' ? '≥' : '≤'} ${shown(goal)} ${unit}`,
          `${shown(value)} ${unit}`,
          `${shown(least)} to ${shown(most)}`,
          met ? 'met' : '**missed**',
        ]),
      ]),
    ),
    '\n### What the auditor found\n',
    verdictTable([...reports, results.onsale]),
    '\n### The on-sale\n',
    onsaleTable(results.onsale, results.onsalePostgres),
    '\n### Looking around\n',
    figuresTable(results.browse),
    '\n### How cost grows\n',
    growthTable(results.growth),
  ].join('\n');
}

/** A row a scenario: the sums over its runs. */
function verdictTable(reports: readonly RunReport[]): string {
  const scenarios = [...new Set(reports.map(({ scenario }) => scenario))];
  const rows = scenarios.flatMap((scenario) => {
    const verdicts = reports.flatMap((report) => {
      return report.scenario === scenario ? (report.verdict ?? []) : [];
    });
    if (verdicts.length === 0) return [];
    const sum = (pick: (verdict: Verdict) => number) => {
      return shown(verdicts.reduce((total, verdict) => total + pick(verdict), 0));
    };
    return [
      [
        scenario,
        String(verdicts.length),
        sum((verdict) => verdict.decisionsAudited),
        sum((verdict) => verdict.seatsSoldTwice),
        sum((verdict) => verdict.overtakings),
        sum((verdict) => verdict.lostAcknowledgements),
        sum((verdict) => verdict.otherFindings),
      ],
    ];
  });
  const counts = ['sold twice', 'overtakings', 'acknowledgements lost', 'other findings'];
  return table(['scenario', 'runs', 'decisions audited', ...counts], rows);
}

function onsaleTable(usher: RunReport, postgres: RunReport): string {
  const p = (report: RunReport, percentile: number) => {
    const merged = mergeLatencies(report.latencies.map(({ histogram }) => histogram));
    return merged.getValueAtPercentile(percentile) / 1_000;
  };
  const { contenders, seats, sockets } = usher.settings;
  const row = (name: string, unit: string, value: (report: RunReport) => number) => {
    const [own, other] = [value(usher), value(postgres)];
    return [name, `${shown(own)} ${unit}`, `${shown(other)} ${unit}`, `${shown(other / own)} ×`];
  };
  const rows = [
    row('sold out after', 's', ({ figures }) => figureNamed(figures, ONSALE_FIGURES.soldOut)),
    ...[50, 99, 99.9].map((percentile) => {
      return row(`p${percentile} of a decision`, 'ms', (report) => p(report, percentile));
    }),
  ];
  return (
    `${shown(Number(seats))} seats, ${shown(Number(contenders))} contenders, of whom ` +
    `${shown(Number(sockets))} are connected at once and watch ` +
    "the live map; PostgreSQL's have no map.\n\n" +
    table(['', 'Usher', 'PostgreSQL', 'PostgreSQL ÷ Usher'], rows)
  );
}

function figuresTable({ figures }: RunReport): string {
  const rows = figures.map(({ name, value, unit, note = '' }) => {
    return [name, `${shown(value)} ${unit}`, note];
  });
  return table(['', '', ''], rows);
}

function growthTable({ series, warnings }: RunReport): string {
  const told = warnings.map((warning) => `- ${warning}`);
  return [`\`\`\`text\n${renderGrowth(series)}\`\`\``, told.join('\n')].join('\n\n').trimEnd();
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
