/**
 * Builds the layouts of the demo's halls from their drawings: where each block of seats stands,
 * how its seats are numbered, and which are special.
 */
import { layoutId } from '../../engine/ids.ts';
import { type Layout, type SeatRun, seatCount } from '../../engine/show/seats/layout.ts';
import {
  type HallPlan,
  hallPlans,
  type SectionPlan,
  type TierName,
  tierLetters,
} from './hall-plans.ts';

/** Extra depth of a cross aisle and before a balcony, and the room at the sides and the back. */
const crossAisleDepth = 1.5;
const balconyGap = 2.5;
const sideMargin = 1.5;
const backMargin = 1.5;

/** One row as drawn, with its place; `x` is still from the hall's centre line. */
interface PlacedRow {
  readonly section: string;
  readonly row: string;
  readonly y: number;
  readonly blocks: readonly PlacedBlock[];
}

interface PlacedBlock {
  readonly marks: string;
  readonly tier: TierName;
  /** Middle of its leftmost seat. */
  readonly x: number;
}

const built = new Map<HallPlan, Layout>();

/** The layout of a plan; the same object each time. */
export function layoutOf(plan: HallPlan): Layout {
  const known = built.get(plan);
  if (known !== undefined) return known;
  const layout = buildLayout(plan);
  built.set(plan, layout);
  return layout;
}

/** Every layout of the demo. */
export function demoLayouts(): readonly Layout[] {
  return hallPlans.map(layoutOf);
}

function buildLayout(plan: HallPlan): Layout {
  const rows = placeRows(plan);
  const blocks = rows.flatMap((row) => row.blocks);
  const reach = Math.max(
    ...blocks.flatMap((block) => [-block.x + 0.5, block.x + block.marks.length - 0.5]),
  );
  const width = 2 * (reach + sideMargin);
  const tiers = Object.values(tierLetters).filter((tier) =>
    blocks.some((block) => block.tier === tier),
  );
  const runs = rows.flatMap((row) => runsOf(row, plan, tiers, width / 2));
  const lastRow = rows.at(-1)?.y ?? plan.firstRow;
  const lastOfMainFloor = rows.findLast((row) => row.section === plan.sections[0]?.name);
  return {
    id: layoutId(`l-${plan.slug}-${seatCount({ runs })}`),
    name: plan.name,
    width: rounded(width),
    depth: rounded(lastRow + plan.curve + backMargin),
    curve: plan.curve,
    best: {
      x: rounded(width / 2),
      y: rounded(bestRow(plan.firstRow, lastOfMainFloor?.y ?? lastRow) + plan.curve),
    },
    tiers,
    runs,
  };
}

/** Two thirds back on the main floor. */
function bestRow(firstY: number, lastY: number): number {
  return firstY + (2 / 3) * (lastY - firstY);
}

function placeRows(plan: HallPlan): readonly PlacedRow[] {
  const rows: PlacedRow[] = [];
  let y = plan.firstRow;
  plan.sections.forEach((section, index) => {
    if (index > 0) y += balconyGap;
    for (const line of section.drawing.trim().split('\n')) {
      const [row = '', tiers = '', ...marks] = line.trim().split(/\s+/);
      if (row === '-') {
        y += crossAisleDepth;
        continue;
      }
      rows.push({
        section: section.name,
        row,
        y: rounded(y),
        blocks: placeBlocks(section, tiers, marks),
      });
      y += plan.rowSpacing;
    }
  });
  return rows;
}

/** The outer blocks stand at their aisles, inner ones midway between theirs. */
function placeBlocks(
  section: SectionPlan,
  tiers: string,
  drawn: readonly string[],
): readonly PlacedBlock[] {
  return drawn.flatMap((marks, index): PlacedBlock[] => {
    if (marks === '.') return [];
    const before = drawn.length === 1 ? undefined : section.aisles[index - 1];
    const after = drawn.length === 1 ? undefined : section.aisles[index];
    const left = before === undefined ? undefined : before.at + before.width / 2;
    const right = after === undefined ? undefined : after.at - after.width / 2;
    let edge: number;
    if (left === undefined) edge = (right ?? marks.length / 2) - marks.length;
    else if (right === undefined) edge = left;
    else edge = (left + right - marks.length) / 2;
    return [{ marks, tier: tierOf(tiers[index] ?? tiers[0]), x: edge + 0.5 }];
  });
}

function tierOf(letter: string | undefined): TierName {
  const found = Object.entries(tierLetters).find(([key]) => key === letter);
  if (found === undefined) throw new Error(`a hall's drawing has an unknown tier: ${letter}`);
  return found[1];
}

function runsOf(
  row: PlacedRow,
  plan: HallPlan,
  tiers: readonly TierName[],
  centre: number,
): readonly SeatRun[] {
  const total = row.blocks.reduce((sum, block) => sum + block.marks.length, 0);
  let before = 0;
  return row.blocks.map((block, index): SeatRun => {
    const count = block.marks.length;
    const numbers = numbersOf(plan, { index, before, count, total });
    before += count;
    return {
      section: row.section,
      row: row.row,
      ...numbers,
      count,
      x: rounded(centre + block.x),
      y: row.y,
      tier: tiers.indexOf(block.tier),
      ...flagged('wheelchair', block.marks, 'w'),
      ...flagged('companion', block.marks, 'c'),
      ...flagged('restrictedView', block.marks, 'r'),
    };
  });
}

/** Number of a block's leftmost seat, and the step to the next. */
function numbersOf(
  plan: HallPlan,
  block: { index: number; before: number; count: number; total: number },
): { firstNumber: number; step: number } {
  switch (plan.numbering) {
    case 'leftToRight':
      return { firstNumber: block.before + 1, step: 1 };
    case 'rightToLeft':
      return { firstNumber: block.total - block.before, step: -1 };
    case 'oddLeftEvenRight':
      // From the centre aisle outwards: … 5 3 1 | 2 4 6 …
      return block.index === 0
        ? { firstNumber: 2 * block.count - 1, step: -2 }
        : { firstNumber: 2, step: 2 };
  }
}

type Flag = 'wheelchair' | 'companion' | 'restrictedView';

/** `{flag: offsets}`, or nothing where the block has none. */
function flagged(flag: Flag, marks: string, mark: string): { [F in Flag]?: readonly number[] } {
  const offsets = [...marks].flatMap((char, offset) => (char === mark ? [offset] : []));
  return offsets.length === 0 ? {} : { [flag]: offsets };
}

/** To a hundredth of a seat width, so that layouts read well and compare exactly. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
