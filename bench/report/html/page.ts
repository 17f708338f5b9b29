/**
 * The report as one page that needs nobody: plots, style and script are in it, so that it can be
 * sent, kept and opened anywhere. Above everything else stands the auditor's verdict.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { SpreadBudget } from '../../budgets/spread.ts';
import type { RunReport, Verdict } from '../run-report.ts';
import { combineFigures } from '../spread.ts';
import { shown } from '../text.ts';
import { type Plot, plotsOf } from './plots.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const require = createRequire(import.meta.url);
const MOST_ROWS = 60;

export interface PageContent {
  /** In the order made; several of one scenario are runs of it. */
  readonly reports: readonly RunReport[];
  readonly budgets: readonly SpreadBudget[];
  /** When it was measured. */
  readonly date: string;
}

export function renderPage({ reports, budgets, date }: PageContent): string {
  const scenarios = [...new Set(reports.map(({ scenario }) => scenario))];
  const sections = scenarios.map((scenario, index) => {
    const runs = reports.filter((report) => report.scenario === scenario);
    return { scenario, runs, plots: plotsOf(runs, `plot-${index}`) };
  });
  const plots = sections.flatMap((section) => section.plots);
  const body = [
    header(reports, date),
    '<main>',
    overallVerdict(reports),
    budgets.length === 0 ? '' : budgetTable(budgets),
    ...sections.map(({ scenario, runs, plots: own }) => sectionOf(scenario, runs, own)),
    '</main>',
    '<footer class="soft">Measured by Usher’s bench. A ratio means the same on every machine; a ' +
      'time does not.</footer>',
  ];
  const title = `Usher’s bench: ${scenarios.join(', ')}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${asset('uplot/dist/uPlot.min.css')}${STYLE}</style>
</head>
<body>
${body.join('\n')}
<script type="application/json" id="plots">${jsonInScript(plots)}</script>
<script>${codeInScript(asset('uplot/dist/uPlot.iife.min.js'))}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function header(reports: readonly RunReport[], date: string): string {
  const { node = '', cores = 0 } = reports[0]?.machine ?? {};
  const loads = reports.map(({ machine }) => machine.loadAverage);
  const load =
    loads.length === 0 ? '' : `, load average ${Math.min(...loads)} to ${Math.max(...loads)}`;
  const seeds = [...new Set(reports.flatMap(({ settings }) => settings.seed ?? []))];
  const seed = seeds.length === 0 ? '' : `, seed ${seeds.join(', ')}`;
  const facts = `${date}, ${cores} cores, Node ${node.replace('v', '')}${load}${seed}`;
  return `<header><h1>Usher’s bench</h1><p class="soft">${escaped(facts)}</p></header>`;
}

/** The sum over all runs, so that one bad one cannot hide among many good ones. */
function overallVerdict(reports: readonly RunReport[]): string {
  const verdicts = reports.flatMap(({ verdict }) => verdict ?? []);
  if (verdicts.length === 0) {
    return (
      '<section class="verdict none"><h2>No log was audited</h2><p>These scenarios write no ' +
      'log, or the server’s is out of reach.</p></section>'
    );
  }
  const sum = (pick: (verdict: Verdict) => number) => {
    return verdicts.reduce((total, verdict) => total + pick(verdict), 0);
  };
  const counts = [
    ['seats sold twice', sum((verdict) => verdict.seatsSoldTwice)],
    ['overtakings', sum((verdict) => verdict.overtakings)],
    ['acknowledgements lost', sum((verdict) => verdict.lostAcknowledgements)],
    ['other findings', sum((verdict) => verdict.otherFindings)],
  ] as const;
  const isSound = counts.every(([, count]) => count === 0);
  const audited = sum((verdict) => verdict.decisionsAudited);
  const findings = verdicts.flatMap((verdict) => verdict.findings);
  return [
    `<section class="verdict ${isSound ? 'good' : 'bad'}">`,
    `<h2>${isSound ? 'The log is sound' : 'The log is not sound'}</h2>`,
    `<p>${shown(audited)} decisions audited after the server was killed.</p>`,
    '<dl class="counts">',
    ...counts.map(([name, count]) => `<div><dt>${name}</dt><dd>${shown(count)}</dd></div>`),
    '</dl>',
    findings.length === 0 ? '' : list('warnings', findings),
    '</section>',
  ].join('\n');
}

function budgetTable(budgets: readonly SpreadBudget[]): string {
  const head = ['Budget', 'Goal', 'Median', 'Least', 'Most', ''];
  const rows = budgets.flatMap(({ id, text, parts }) =>
    parts.map(({ name, goal, unit, better, value, least, most, met }) => {
      const sign = better === 'higher' ? '≥' : '≤';
      const word = met ? '<span class="met">met</span>' : '<span class="missed">missed</span>';
      return row(`${id} ${text}: ${name}`, [
        `${sign} ${shown(goal)} ${escaped(unit)}`,
        `${shown(value)} ${escaped(unit)}`,
        shown(least),
        shown(most),
        word,
      ]);
    }),
  );
  return `<h2>Budgets</h2>${table('What Usher has set itself', head, rows)}`;
}

function sectionOf(scenario: string, runs: readonly RunReport[], plots: readonly Plot[]): string {
  const [first] = runs;
  const settings = Object.entries(first?.settings ?? {}).map(([name, value]) => `${name} ${value}`);
  const several = runs.length > 1;
  const times = several ? [`${runs.length} runs`] : [];
  const head = ['Figure', several ? 'Median' : 'Value', ...(several ? ['Least', 'Most'] : []), ''];
  const rows = combineFigures(runs).map(({ name, value, unit, note = '', least, most }) => {
    const spread = several ? [shown(least), shown(most)] : [];
    return row(name, [`${shown(value)} ${escaped(unit)}`, ...spread], note);
  });
  const warnings = [...new Set(runs.flatMap((run) => run.warnings))];
  return [
    `<section><h2>${escaped(scenario)}</h2>`,
    `<p class="soft">${escaped([...times, ...settings].join(', '))}</p>`,
    warnings.length === 0 ? '' : list('warnings', warnings),
    table(several ? 'Median of the runs, and how far they differ' : 'One run', head, rows),
    '<div class="plots">',
    ...plots.map(plotBox),
    '</div></section>',
  ].join('\n');
}

/** A place to draw in, and the same in figures for whoever cannot see it. */
function plotBox({ id, title, kind, unit, names, data }: Plot): string {
  const [xs = [], ...lines] = data;
  const step = Math.ceil(xs.length / MOST_ROWS);
  const rows = xs.flatMap((x, index) => {
    if (index % step !== 0) return [];
    const at = kind === 'percentiles' ? percentileOf(Number(x)) : shown(Number(x));
    return row(
      at,
      lines.map((line) => cellOf(line[index])),
    );
  });
  const axis = { percentiles: 'Percentile', time: 'Seconds', sizes: 'Size' }[kind];
  const name = title === unit ? names.join(', ') : `${title}: ${names.join(', ')}`;
  return [
    `<figure style="margin:0"><h3>${escaped(name)}</h3>`,
    `<div class="plot" id="${id}" role="img" aria-label="${escaped(`${name}, ${unit}`)}"></div>`,
    `<details><summary>As a table</summary>${table(`In ${unit}`, [axis, ...names], rows)}</details>`,
    '</figure>',
  ].join('\n');
}

function percentileOf(nines: number): string {
  return `${Number((100 - 100 / 10 ** nines).toFixed(3))} %`;
}

const cellOf = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : shown(value);

/** `cells` are HTML, the name and the note are text. */
function row(name: string, cells: readonly string[], note?: string): string {
  const numbers = cells.map((cell) => `<td class="number">${cell}</td>`);
  const last = note === undefined ? '' : `<td class="soft">${escaped(note)}</td>`;
  return `<tr><th scope="row">${escaped(name)}</th>${numbers.join('')}${last}</tr>`;
}

function table(caption: string, head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((name, index) => {
    const isNumber = index > 0 && name !== '';
    return `<th scope="col"${isNumber ? ' class="number"' : ''}>${escaped(name)}</th>`;
  });
  return [
    `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(caption)}"><table>`,
    `<caption>${escaped(caption)}</caption>`,
    `<thead><tr>${cells.join('')}</tr></thead><tbody>`,
    ...rows,
    '</tbody></table></div>',
  ].join('');
}

function list(kind: string, texts: readonly string[]): string {
  return `<ul class="${kind}">${texts.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** JSON in which nothing can end the element that it stands in. */
export function jsonInScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** A script of a library's. @throws Error where something in it would end its element. */
function codeInScript(code: string): string {
  if (/<\/script|<!--/i.test(code)) throw new Error('a script would end its own element');
  return code;
}

function asset(name: string): string {
  return readFileSync(require.resolve(name), 'utf8');
}
