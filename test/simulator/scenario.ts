/** What a seed makes of the world: how large, how hurried, what is sold, what goes wrong. */
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import { layoutId, millis, minor, showId } from '../../engine/ids.ts';
import type { Layout, SeatRun } from '../../engine/show/seats/layout.ts';
import type { Discount, ShowTerms } from '../../engine/show/terms.ts';
import { Random } from './random.ts';

/** The wall clock's time at the start of every run. */
export const START_MS = Date.UTC(2026, 4, 5, 9);

export const faultKinds = [
  'drop',
  'stall',
  'lag',
  'gatewayDeath',
  'shardDeath',
  'zombie',
  'logDeath',
  'crash',
  'powerCut',
  'restart',
  'diskFull',
  'ioError',
  'slowDisk',
  'bitFlip',
  'snapshotFlip',
  'lostSnapshot',
  'lostTail',
  'clockJump',
  'overload',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** The most often each may come, a minute. */
const worst: Readonly<Record<FaultKind, number>> = {
  drop: 120,
  stall: 30,
  lag: 3,
  gatewayDeath: 2,
  shardDeath: 6,
  zombie: 4,
  logDeath: 3,
  crash: 3,
  powerCut: 3,
  restart: 2,
  diskFull: 2,
  ioError: 2,
  slowDisk: 6,
  bitFlip: 3,
  snapshotFlip: 1.5,
  lostSnapshot: 2,
  lostTail: 1,
  clockJump: 6,
  overload: 6,
};

/** Limits of the engine that a run makes small, so that they are met. */
export interface Tuning {
  readonly snapshotAfterBytes: number;
  readonly mailbox: number;
  readonly commandsPerTurn: number;
  readonly appendsInFlight: number;
  readonly expiriesPerDecision: number;
  readonly recoveryGraceMs: number;
}

export interface Scenario {
  readonly seed: number;
  readonly minutes: number;
  readonly shards: number;
  readonly gateways: number;
  readonly people: number;
  readonly opsPerMinute: number;
  readonly messagesPerSecond: number;
  readonly tuning: Tuning;
  /** Faults a minute, by kind; most seeds have some kinds only. */
  readonly rates: Readonly<Record<FaultKind, number>>;
  readonly shows: readonly string[];
  readonly seatsOfShow: ReadonlyMap<string, number>;
  /** Shows whose holds are paid for. */
  readonly paidShows: ReadonlySet<string>;
  readonly catalog: readonly CatalogEvent[];
}

export function makeScenario(seed: number, minutes: number): Scenario {
  const chance = new Random(seed, 'scenario');
  const layouts = Array.from({ length: chance.between(1, 3) }, (_, index) =>
    aLayout(chance, index),
  );
  const shows = Array.from({ length: Math.round(chance.logBetween(1, 10)) }, (_, index) => {
    const layout = chance.pick(layouts);
    return {
      id: showId(`s${index}-${chance.below(1000)}`),
      layout,
      terms: { ...someTerms(chance, minutes), ...somePaymentTerms(seed, index) },
    };
  });
  return {
    seed,
    minutes,
    shards: chance.between(1, 3),
    gateways: chance.between(1, 3),
    people: Math.round(chance.logBetween(8, 1_200)),
    opsPerMinute: Math.round(chance.logBetween(250, 1_100)),
    messagesPerSecond: chance.pick([0, 20, 100]),
    tuning: someTuning(chance),
    rates: someRates(chance),
    shows: shows.map(({ id }) => id),
    seatsOfShow: new Map(shows.map(({ id, layout }) => [id, countOf(layout)])),
    paidShows: new Set(
      shows.flatMap(({ id, terms }) => (terms.payments === 'provider' ? [id] : [])),
    ),
    catalog: catalogOf(layouts, shows),
  };
}

function someTuning(chance: Random): Tuning {
  return {
    snapshotAfterBytes: Math.round(chance.logBetween(600, 60_000)),
    mailbox: chance.chance(0.3) ? chance.between(3, 40) : 131_072,
    commandsPerTurn: chance.pick([1, 3, 20, 1024]),
    appendsInFlight: chance.between(1, 4),
    expiriesPerDecision: chance.pick([1, 3, 1024]),
    recoveryGraceMs: chance.pick([2_000, 10_000, 60_000]),
  };
}

/** Some seeds have good weather; in the others each kind of fault comes or does not. */
function someRates(chance: Random): Readonly<Record<FaultKind, number>> {
  const calm = chance.chance(0.15);
  const share = chance.pick([0.2, 0.4, 0.7]);
  return Object.fromEntries(
    faultKinds.map((kind) => {
      const comes = chance.chance(share);
      const rate = chance.logBetween(worst[kind] / 20, worst[kind]);
      return [kind, comes && !calm ? rate : 0];
    }),
  ) as Record<FaultKind, number>;
}

function aLayout(chance: Random, index: number): Layout {
  const rows = chance.between(1, 8);
  const tiers = chance.between(1, 3);
  const runs: SeatRun[] = [];
  for (let row = 0; row < rows; row++) {
    const name = String.fromCharCode(65 + row);
    let x = 0.5;
    for (let part = chance.between(1, 2); part > 0; part--) {
      const count = chance.between(1, 12);
      const tier = Math.min(tiers - 1, chance.below(tiers));
      runs.push({
        section: 'Hall',
        row: name,
        firstNumber: Math.round(x + 0.5),
        step: 1,
        count,
        x,
        y: row + 1,
        tier,
      });
      x += count + 1;
    }
  }
  return {
    id: layoutId(`layout-${index}`),
    name: `Hall ${index}`,
    width: 30,
    depth: 12,
    curve: 0,
    best: { x: 12, y: rows / 2 },
    tiers: Array.from({ length: tiers }, (_, tier) => `Tier ${tier}`),
    runs,
  };
}

function countOf(layout: Layout): number {
  return layout.runs.reduce((sum, run) => sum + run.count, 0);
}

/** Short deadlines, so that a run of a minute sees holds, offers and waits run out. */
function someTerms(chance: Random, minutes: number): ShowTerms {
  const soon = chance.chance(0.4);
  const startsIn = soon ? minutes * 60_000 * (0.3 + chance.unit()) : 5 * 3_600_000;
  const opensIn = chance.chance(0.3) ? chance.below(15_000) : -60_000;
  const discounts: Discount[] = [];
  if (chance.chance(0.5)) {
    discounts.push({
      type: 'timeOfDay',
      name: 'Day',
      fromMinute: 720,
      untilMinute: 1020,
      percent: 20,
    });
  }
  if (chance.chance(0.5)) discounts.push({ type: 'nthTicket', name: 'Third', nth: 3, percent: 50 });
  return {
    onSaleAtMs: millis(START_MS + opensIn),
    startsAtMs: millis(Math.round(START_MS + startsIn)),
    localStartMinute: chance.below(1440),
    currency: 'INR',
    prices: [25_001, 18_050, 9_999].map(minor),
    discounts,
    seatsPerUser: chance.pick([4, 10]),
    holdTtlMs: chance.pick([1_000, 4_000, 15_000, 60_000]),
    offerTtlMs: chance.pick([1_000, 3_000, 10_000]),
    waitTtlMs: chance.pick([4_000, 15_000, 60_000]),
    graceMs: chance.pick([100, 1_000, 5_000]),
    ...someLaterTerms(chance),
  };
}

/** Terms that a show may have or leave out. */
function someLaterTerms(chance: Random): Partial<ShowTerms> {
  const waiting = chance.chance(0.4) ? { waiting: 'backfill' as const } : {};
  const bound = chance.chance(0.5) ? { overtakesPerParty: chance.between(1, 4) } : {};
  const orphan = chance.chance(0.3) ? { orphanRule: true } : {};
  return { ...waiting, ...bound, ...orphan };
}

/**
 * Every fourth seed sells most of its shows through a provider. The dice are others than the
 * scenario's, so that all other seeds are what they were before there were payments: seeds that
 * were kept for what they found still play it.
 */
function somePaymentTerms(seed: number, show: number): Partial<ShowTerms> {
  if (!takesMoney(seed)) return {};
  const chance = new Random(seed, 'payments', show);
  if (chance.chance(0.2)) return {};
  return { payments: 'provider', paymentGraceMs: chance.pick([100, 2_000, 5_000, 15_000]) };
}

export function takesMoney(seed: number): boolean {
  return seed % 4 === 0;
}

interface PlannedShow {
  readonly id: ReturnType<typeof showId>;
  readonly layout: Layout;
  readonly terms: ShowTerms;
}

function catalogOf(layouts: readonly Layout[], shows: readonly PlannedShow[]): CatalogEvent[] {
  const city = {
    id: 'pune',
    name: 'Pune',
    country: 'IN',
    timeZone: 'Asia/Kolkata',
    currency: 'INR',
  };
  const cinema = { id: 'c', city: 'pune', name: 'Cinema', address: 'Road 1' };
  const movie = {
    id: 'm',
    title: 'Film',
    minutes: 100,
    languages: ['en'],
    genres: ['drama'],
    rating: '12+',
    synopsis: 'A film.',
  };
  return [
    { type: 'cityAdded', city },
    { type: 'cinemaAdded', cinema },
    ...layouts.map((layout): CatalogEvent => ({ type: 'layoutAdded', layout })),
    ...shows.map(({ id, layout }): CatalogEvent => {
      const hall = { id: `h-${id}`, cinema: 'c', name: `Hall ${id}`, layout: layout.id };
      return { type: 'hallAdded', hall };
    }),
    { type: 'movieAdded', movie },
    ...shows.map(({ id, layout, terms }): CatalogEvent => {
      const facts = { movie: 'm', language: 'en', format: '2D', layout: layout.id } as const;
      return { type: 'showScheduled', show: { id, hall: `h-${id}`, terms, ...facts } };
    }),
  ];
}
