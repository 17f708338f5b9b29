/**
 * What one of everything costs, measured; the paper only multiplies. They lie in a JSON file, so
 * that another machine's can be put in their place, and each says where it is from.
 */
import { readFileSync } from 'node:fs';

export interface UnitCost {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

export const costNames = [
  'decisionUs',
  'frameUs',
  'commitUs',
  'requestUs',
  'browseUs',
  'deliveryUs',
  'shardThreadUs',
  'logThreadUs',
  'commitSeconds',
  'decisionBytes',
  'frameBytes',
  'snapshotBytes',
  'idleShowBytes',
  'holdBytes',
  'bookingBytes',
  'waiterBytes',
  'connectionBytes',
  'browseBytes',
  'requestBytes',
  'deliveryBytes',
] as const;

export type CostName = (typeof costNames)[number];
export type UnitCosts = Readonly<Record<CostName, UnitCost>>;

const SHIPPED = new URL('./unit-costs.json', import.meta.url);

export class UnusableCosts extends Error {}

export function shippedCosts(): UnitCosts {
  return readCosts(SHIPPED);
}

/** @throws UnusableCosts with a sentence that says what is wrong with the file. */
export function readCosts(file: string | URL): UnitCosts {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnusableCosts(`the unit costs cannot be read from ${file}: ${reason}`);
  }
  const given = new Map(Object.entries(typeof content === 'object' ? (content ?? {}) : {}));
  const entries = costNames.map((name) => {
    const cost: unknown = given.get(name);
    given.delete(name);
    if (isCost(cost)) return [name, cost] as const;
    throw new UnusableCosts(
      `${file} lacks "${name}": { "value": a number above 0, "unit": …, "source": … }`,
    );
  });
  const [stranger] = given.keys();
  if (stranger !== undefined) {
    throw new UnusableCosts(`${file} has "${stranger}"; there are ${costNames.join(', ')}`);
  }
  return Object.fromEntries(entries) as unknown as UnitCosts;
}

/** The same with some of them measured anew. */
export function costsWith(
  costs: UnitCosts,
  measured: Partial<Readonly<Record<CostName, number>>>,
  source: string,
): UnitCosts {
  const entries = costNames.map((name) => {
    const found = measured[name];
    const cost = costs[name];
    if (found === undefined) return [name, cost] as const;
    // No measure here is good to more than three figures.
    return [name, { value: Number(found.toPrecision(3)), unit: cost.unit, source }] as const;
  });
  return Object.fromEntries(entries) as UnitCosts;
}

function isCost(cost: unknown): cost is UnitCost {
  if (typeof cost !== 'object' || cost === null) return false;
  const { value, unit, source } = cost as Readonly<Record<string, unknown>>;
  return (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    value > 0 &&
    typeof unit === 'string' &&
    typeof source === 'string'
  );
}
