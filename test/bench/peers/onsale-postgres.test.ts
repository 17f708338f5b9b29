/** The on-sale in PostgreSQL, in a short form: every seat is sold, in the order of the line. */
import { afterAll, expect, it } from 'vitest';
import { Children } from '../../../bench/load/children.ts';
import { built } from '../../support/built.ts';

type Onsale = typeof import('../../../bench/scenarios/onsale-postgres.ts');

// The built form, as it starts a process of its own.
const { onsalePostgresScenario } = (await import(
  built('bench/scenarios/onsale-postgres.js')
)) as Onsale;

/** What is missing is fetched first. */
const FETCH_MS = 120_000;
const children = new Children();
const progress = { stretch: () => undefined, stop: () => undefined };

afterAll(() => children.killAll());

it(
  'sells every seat in the order of the line',
  async () => {
    const crowd = { contenders: 300, seats: 60, mostSeconds: 30, seed: 5 };
    const report = await onsalePostgresScenario(children, crowd, progress);
    expect(report.warnings).toEqual([]);
    expect(report.figures.find(({ name }) => name === 'seats booked')?.value).toBe(60);
  },
  FETCH_MS,
);
