/** The same on-sale, the same contenders, decided by PostgreSQL: what Usher's is compared with. */
import { once } from 'node:events';
import type { Children } from '../load/children.ts';
import { mergeLatencies } from '../load/latencies.ts';
import type { FromPeerCrowd, PeerCrowdOrder, PeerCrowdResult } from '../peers/onsale-messages.ts';
import { startPostgres } from '../peers/peer-server.ts';
import { machine } from '../report/facts.ts';
import { figure } from '../report/figures.ts';
import type { Progress } from '../report/progress.ts';
import type { RunReport } from '../report/run-report.ts';
import { ONSALE_FIGURES } from './onsale.ts';

export interface OnsalePostgresOptions {
  readonly contenders: number;
  readonly seats: number;
  readonly mostSeconds: number;
  readonly seed: number;
}

const CROWD = new URL('../peers/onsale-process.js', import.meta.url);
/** One lock decides all of it, so a few are enough to keep it busy. */
const CONNECTIONS = 16;

export async function onsalePostgresScenario(
  children: Children,
  { contenders, seats, mostSeconds, seed }: OnsalePostgresOptions,
  progress: Progress,
): Promise<RunReport> {
  progress.stretch('starting PostgreSQL', 4);
  const server = await startPostgres(children);
  try {
    const crowd = { contenders, seats, mostSeconds, seed, connections: CONNECTIONS };
    progress.stretch('selling with PostgreSQL', 20);
    return reportOf(await sell(children, { socket: server.socket, ...crowd }), crowd);
  } finally {
    await server.stop();
  }
}

async function sell(children: Children, order: PeerCrowdOrder): Promise<PeerCrowdResult> {
  const child = children.fork(CROWD);
  const exited = once(child, 'exit');
  try {
    return await new Promise((resolve, reject) => {
      void exited.then(() => reject(new Error("PostgreSQL's crowd ended too early")));
      child.once('message', (message: FromPeerCrowd) => {
        if (message.type === 'failed') reject(new Error(message.reason));
        else resolve(message.result);
      });
      child.send(order);
    });
  } finally {
    await children.kill(child);
  }
}

function reportOf(
  result: PeerCrowdResult,
  settings: OnsalePostgresOptions & { readonly connections: number },
): RunReport {
  const { soldOutSeconds, seconds, calls, parties, booked, unfinished, faults } = result;
  const merged = mergeLatencies([result.latencies]);
  const ms = (percentile: number) => merged.getValueAtPercentile(percentile) / 1_000;
  const names = ONSALE_FIGURES;
  const warnings = [
    faults.unowned > 0 ? `${faults.unowned} seats belong to nobody` : '',
    faults.overtakings > 0 ? `${faults.overtakings} parties were served out of order` : '',
    booked < settings.seats ? `${settings.seats - booked} seats were not sold` : '',
    unfinished > 0 ? `${unfinished} contenders had not finished` : '',
  ];
  return {
    scenario: 'onsale-postgres',
    settings: { ...settings },
    figures: [
      figure(names.soldOut, soldOutSeconds, 's', 'lower', 'thinking time of the crowd included'),
      figure(names.p99, ms(99), 'ms', 'lower', 'the wait for a connection included'),
      figure('p50 of a decision', ms(50), 'ms', 'lower'),
      figure('p99.9 of a decision', ms(99.9), 'ms', 'lower'),
      figure(names.perSecond, calls / Math.max(0.001, seconds), '/s', 'higher'),
      figure('seats booked', booked, '', 'higher', 'nobody watches a map here'),
      figure('parties served', parties, '', 'higher'),
    ],
    latencies: [{ name: 'decision in the rush', histogram: result.latencies }],
    series: [],
    verdict: null,
    warnings: warnings.filter((warning) => warning !== ''),
    machine: machine(),
  };
}
