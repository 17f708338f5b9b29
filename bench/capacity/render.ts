/** The paper for people: every line with its value and, beneath, what it was made from. */
import { type Check, type Checked, TRUSTED } from './check.ts';
import { bytesShown, type Section, shown, valueShown } from './sheet.ts';
import { type Traffic, trafficItems, trafficNames } from './traffic.ts';
import { costNames, type UnitCosts } from './unit-costs.ts';

const WIDTH = 100;
const INDENT = 6;

export function renderPaper(
  traffic: Traffic,
  costs: UnitCosts,
  sections: readonly Section[],
): string {
  const given = trafficNames.map((name) => {
    const { text, given: isGiven } = trafficItems[name];
    return `  ${text.padEnd(54)} ${shown(traffic[name]).padStart(14)}  ${isGiven ? '' : 'assumed'}`;
  });
  const measured = costNames.flatMap((name) => {
    const { value, unit, source } = costs[name];
    return [`  ${name.padEnd(20)} ${`${shown(value)} ${unit}`.padStart(14)}`, ...wrapped(source)];
  });
  return [
    'What is asked\n',
    ...given.map((line) => line.trimEnd()),
    '\nWhat one of everything costs\n',
    ...measured,
    ...sections.flatMap(renderSection),
    '',
  ].join('\n');
}

function renderSection({ title, lines }: Section): readonly string[] {
  const width = Math.max(...lines.map(({ name }) => name.length));
  const values = lines.map(valueShown);
  const valueWidth = Math.max(...values.map((value) => value.length));
  return [
    `\n${title}\n`,
    ...lines.flatMap((line, index) => [
      `  ${line.name.padEnd(width)}  ${(values[index] ?? '').padStart(valueWidth)}`,
      ...wrapped(`= ${line.formula}`),
    ]),
  ];
}

export function renderChecks(checks: readonly Check[]): string {
  return checks.map(renderCheck).join('\n');
}

function renderCheck({ title, scale, decisions, results }: Check): string {
  const head = `${title}: done at 1:${shown(scale)}, ${shown(decisions)} decisions`;
  const rows = results.map((result) => {
    const ratio = result.measured / result.predicted;
    const verdict = ratio < TRUSTED && ratio > 1 / TRUSTED ? '' : '  not to be trusted';
    const [paper, done] = [result.predicted, result.measured].map((each) => amount(result, each));
    return (
      `  ${result.what.padEnd(10)} paper ${(paper ?? '').padStart(10)}   done ` +
      `${(done ?? '').padStart(10)}   ${ratio.toFixed(2)} times${verdict}`
    );
  });
  return `${[head, '', ...rows].join('\n')}\n`;
}

function amount({ unit }: Checked, value: number): string {
  return unit === 'bytes' ? bytesShown(value) : `${shown(value)} ${unit}`;
}

/** Indented, broken between words. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => ' '.repeat(INDENT) + each);
}
