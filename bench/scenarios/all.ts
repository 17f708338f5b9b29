/** All that can be measured, by name. A new scenario is one entry here. */
import { auditScenario } from './audit.ts';
import { browseScenario } from './browse.ts';
import { dayScenario } from './day.ts';
import { echoScenario } from './echo.ts';
import { engineScenario } from './engine.ts';
import { growthScenario } from './growth.ts';
import { holdScenario } from './hold.ts';
import { lineScenario } from './line.ts';
import { memoryScenario } from './memory.ts';
import { onsaleScenario } from './onsale.ts';
import { onsalePostgresScenario } from './onsale-postgres.ts';
import { openHoldScenario } from './open-hold.ts';
import { peersScenario } from './peers.ts';
import { recoverScenario } from './recover.ts';
import { type Scenario, scenario } from './scenario.ts';
import { watchScenario } from './watch.ts';

const stretch = { seconds: 5, warmupSeconds: 2 } as const;
const sockets = { connections: 32, pipeline: 64, clients: 1 } as const;

export const scenarios = {
  hold: scenario({
    text: 'Durable holds and releases over WebSockets, beside a raw echo',
    usual: { ...sockets, ...stretch, shows: 200 },
    remote: true,
    run: holdScenario,
  }),
  'open-hold': scenario({
    text: 'The same in an open loop; --rate 0 is half of what a closed one reaches',
    usual: { connections: 256, rate: 0, clients: 1, ...stretch, shows: 200 },
    remote: true,
    run: openHoldScenario,
  }),
  onsale: scenario({
    text: 'A crowd storms one show until it is sold out',
    usual: { contenders: 20_000, seats: 2_000, sockets: 19_000, mostSeconds: 180 },
    remote: true,
    run: onsaleScenario,
  }),
  browse: scenario({
    text: 'Looking around: catalogue and live maps',
    usual: { connections: 256, clients: 1, ...stretch, shows: 200 },
    remote: true,
    run: browseScenario,
  }),
  watch: scenario({
    text: 'Fan-out: thousands watch one show that is selling, beside a raw publish',
    usual: { watchers: 10_000, rate: 200, clients: 1, ...stretch },
    remote: true,
    run: watchScenario,
  }),
  echo: scenario({
    text: 'The raw echo alone: what no server can pass',
    usual: { ...sockets, ...stretch },
    run: echoScenario,
  }),
  engine: scenario({
    text: 'The engine in this process, without sockets, threads and disk',
    usual: { connections: 32, pipeline: 64, ...stretch, shows: 200, standing: 100_000 },
    run: engineScenario,
  }),
  line: scenario({
    text: 'A line of waiters before one full show: join, leave, offer, 500 seats back at once',
    usual: { waiters: 100_000 },
    run: lineScenario,
  }),
  recover: scenario({
    text: 'A restart from a big log without snapshots',
    usual: { events: 1_000_000 },
    run: recoverScenario,
  }),
  day: scenario({
    text: 'A restart in the middle of a national day',
    usual: { dayShows: 10_000, daySeats: 2_000, dayBookings: 2_000_000 },
    run: dayScenario,
  }),
  memory: scenario({
    text: 'What shows, holds, bookings and waiters take in memory and in the log',
    usual: { weighedShows: 1_000, weighedUsers: 100_000 },
    run: memoryScenario,
  }),
  growth: scenario({
    text: 'How cost grows with shows, seats and waiters',
    usual: { mostShows: 10_000, mostSeats: 100_000, mostWaiters: 100_000 },
    run: growthScenario,
  }),
  peers: scenario({
    text: 'The same work by PostgreSQL, Redis and SQLite',
    usual: { connections: 32, pipeline: 64, ...stretch, shows: 200 },
    run: peersScenario,
  }),
  'onsale-postgres': scenario({
    text: 'The same on-sale, decided by PostgreSQL',
    usual: { contenders: 20_000, seats: 2_000, mostSeconds: 180 },
    run: onsalePostgresScenario,
  }),
  audit: scenario({
    text: 'How fast the auditor goes through a log',
    usual: { shows: 200, events: 1_000_000 },
    run: auditScenario,
  }),
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[];
