/**
 * The on-sale of one show against PostgreSQL, for the ratio: the same crowd that storms Usher,
 * with a table of waiters served first come, first served.
 */
import pg from 'pg';
import type { Children } from '../load/children.ts';
import { mergeLatencies } from '../load/latencies.ts';
import { machine } from '../report/facts.ts';
import type { Progress } from '../report/progress.ts';
import type { RunReport, Verdict } from '../report/run-report.ts';
import { type Buyer, type CrowdResult, OnsaleCrowd } from './onsale-crowd.ts';
import { FILL_ONSALE, ONSALE_SCHEMA, OVERTAKINGS, SOLD_TWICE, UNSOLD } from './onsale-schema.ts';
import { startPostgres } from './peer-server.ts';

export const POSTGRES_ONSALE_FIGURES = {
  soldOut: 'time to sold out, PostgreSQL',
  decisions: 'decisions a second, PostgreSQL',
  p99: 'p99 of a decision, PostgreSQL',
} as const;

export interface PostgresOnsaleOptions {
  /** Seats of the show; 2,000. */
  readonly seats: number;
  readonly buyers: readonly Buyer[];
  readonly connections: number;
}

const LIMIT_MS = 120_000;
const ABOUT_PER_SECOND = 5_000;

export async function postgresOnsale(
  children: Children,
  options: PostgresOnsaleOptions,
  progress: Progress,
): Promise<RunReport> {
  const { seats, buyers, connections } = options;
  progress.stretch('on-sale in PostgreSQL', 2 + (1.5 * buyers.length) / ABOUT_PER_SECOND);
  const server = await startPostgres(children);
  const pool = new pg.Pool({
    ...{ host: server.socket, user: 'usher', database: 'postgres' },
    max: connections,
  });
  // A connection that breaks while idle is told of here, and not by a crash.
  pool.on('error', () => undefined);
  try {
    await pool.query(ONSALE_SCHEMA);
    await pool.query(FILL_ONSALE, [seats]);
    await pool.query('VACUUM ANALYZE seats');
    // Every connection is open before the sale begins.
    await Promise.all(
      Array.from({ length: connections }, () => pool.query('SELECT pg_sleep(0.05)')),
    );
    const result = await new OnsaleCrowd(pool, buyers).run(LIMIT_MS);
    const unsold = (await pool.query(UNSOLD)).rows.length;
    return reportOf(options, { ...result, unsold }, await verdictOf(pool, result));
  } finally {
    await pool.end();
    await server.stop();
  }
}

async function verdictOf(pool: pg.Pool, result: CrowdResult): Promise<Verdict> {
  const twice = await pool.query(SOLD_TWICE);
  const overtakings = Number((await pool.query(OVERTAKINGS)).rows[0]?.overtakings);
  const seatsSoldTwice = twice.rows.length;
  return {
    decisionsAudited: result.decisions,
    seatsSoldTwice,
    overtakings,
    lostAcknowledgements: 0,
    otherFindings: 0,
    findings: seatsSoldTwice === 0 ? [] : [`PostgreSQL: ${seatsSoldTwice} seats were sold twice`],
  };
}

function reportOf(
  { seats, buyers, connections }: PostgresOnsaleOptions,
  sale: CrowdResult & { readonly unsold: number },
  verdict: Verdict,
): RunReport {
  const { seconds, soldOutSeconds, decisions, latencies, errors, deadlocks, unsold } = sale;
  const histogram = latencies.encode();
  const p99Us = mergeLatencies([histogram]).getValueAtPercentile(99);
  const { soldOut, decisions: perSecond, p99 } = POSTGRES_ONSALE_FIGURES;
  return {
    scenario: 'postgres-onsale',
    settings: { seats, contenders: buyers.length, connections },
    figures: [
      { name: soldOut, value: rounded(soldOutSeconds), unit: 's', better: 'lower' },
      { name: perSecond, value: rounded(decisions / seconds), unit: '/s', better: 'higher' },
      { name: p99, value: rounded(p99Us / 1000), unit: 'ms', better: 'lower' },
      { name: 'overtakings, PostgreSQL', value: verdict.overtakings, unit: '', better: 'lower' },
      { name: 'seats left unsold, PostgreSQL', value: unsold, unit: '', better: 'lower' },
      { name: 'deadlocks, PostgreSQL', value: deadlocks, unit: '', better: 'lower' },
    ],
    latencies: [{ name: 'a decision, PostgreSQL', histogram }],
    series: [],
    verdict,
    warnings: Object.entries(errors).map(([what, count]) => `PostgreSQL: ${count} × ${what}`),
    machine: machine(),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
