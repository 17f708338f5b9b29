/**
 * From traffic and unit costs to cores, memory, disk and network. Pure arithmetic, every step a
 * line that shows its working.
 */
import { type Costs, decisionCpuUs, decisionFileBytes, decisionsACommit } from './batching.ts';
import { type Sheet, shown } from './sheet.ts';
import type { Traffic } from './traffic.ts';

export const SECONDS_A_DAY = 86_400;
const DAYS_A_YEAR = 365;
const DAYS_A_MONTH = 365 / 12;
const SECONDS_A_MONTH = DAYS_A_MONTH * SECONDS_A_DAY;
const SECONDS_A_HOLD = 300;

/** What comes in a second; all of it scales with the peak factor. */
export interface Load {
  readonly views: number;
  readonly mapsOpened: number;
  readonly requests: number;
  readonly decisions: number;
  readonly bookings: number;
  readonly holds: number;
  readonly connections: number;
  readonly mapsOpen: number;
  readonly deliveries: number;
}

/** Bookings, holds and decisions for one ticket sold. */
export function perBooking(traffic: Traffic) {
  const { holdsPerBooking, refusedPerHold } = traffic;
  // Every hold is made and ends: one of them by being booked, the others released or expired.
  const decisions = 2 * holdsPerBooking;
  return { holds: holdsPerBooking, decisions, refused: holdsPerBooking * refusedPerHold };
}

export function bookingsADay({ tickets, ticketsPerBooking }: Traffic): number {
  return tickets / ticketsPerBooking / DAYS_A_MONTH;
}

export function showsADay({ cities, cinemas, shows }: Traffic): number {
  return cities * cinemas * shows;
}

export function loadAt(traffic: Traffic, factor: number): Load {
  const { mapShare, viewSeconds, mapSeconds, daysAhead } = traffic;
  const views = (traffic.views / SECONDS_A_MONTH) * factor;
  const bookings = (bookingsADay(traffic) / SECONDS_A_DAY) * factor;
  const each = perBooking(traffic);
  const mapsOpened = views * mapShare;
  const mapsOpen = mapsOpened * mapSeconds;
  const decisions = bookings * each.decisions;
  const onSale = showsADay(traffic) * daysAhead;
  return {
    views,
    mapsOpened,
    requests: views + mapsOpened + decisions + bookings * each.refused,
    decisions,
    bookings,
    holds: bookings * each.holds,
    connections: views * viewSeconds + mapsOpen,
    mapsOpen,
    // A change goes to those who look at its show: with maps and changes spread alike.
    deliveries: (decisions * mapsOpen) / onSale,
  };
}

export function seedSection(sheet: Sheet, traffic: Traffic): void {
  const { cities, cinemas, seats, shows, years, recordBytes, tickets } = traffic;
  sheet.section("The seed's storage estimate, corrected");
  const daily = sheet.line(
    'a day, as the seed reckons',
    cities * cinemas * seats * shows * recordBytes,
    'bytes',
    `${shown(cities)} cities × ${shown(cinemas)} cinemas × ${shown(seats)} seats × ` +
      `${shown(shows)} shows × ${shown(recordBytes)} bytes`,
  );
  const days = years * DAYS_A_YEAR;
  const all = sheet.line(
    `${shown(years)} years of it`,
    daily * days,
    'bytes',
    `${shown(daily)} bytes × ${shown(days)} days`,
  );
  sheet.line(
    'what the seed says, over what its own numbers give',
    3.6e15 / all,
    '×',
    '3.6 PB ÷ the line above: a petabyte for a terabyte, where its numbers were not changed',
  );
  const seatsAMonth = cities * cinemas * seats * shows * DAYS_A_MONTH;
  sheet.line(
    'seats that are sold',
    (100 * tickets) / seatsAMonth,
    '%',
    `${shown(tickets)} tickets ÷ ${shown(seatsAMonth)} seats a month: the seed stores a record ` +
      'for every seat, sold or not; here a seat takes 2 bits',
  );
}

export function loadSection(sheet: Sheet, title: string, traffic: Traffic, factor: number): Load {
  const load = loadAt(traffic, factor);
  const each = perBooking(traffic);
  const times = factor === 1 ? '' : ` × ${shown(factor)}`;
  sheet.section(title);
  const perMonth = `÷ ${shown(SECONDS_A_MONTH)} s${times}`;
  sheet.line('views', load.views, '/s', `${shown(traffic.views)} a month ${perMonth}`);
  sheet.line(
    'bookings',
    load.bookings,
    '/s',
    `${shown(traffic.tickets)} tickets ÷ ${shown(traffic.ticketsPerBooking)} a booking ${perMonth}`,
  );
  sheet.line(
    'decisions',
    load.decisions,
    '/s',
    `bookings × ${shown(each.holds)} holds × 2: each is made, and booked, released or expired`,
  );
  sheet.line(
    'requests',
    load.requests,
    '/s',
    `views + ${shown(traffic.mapShare * 100)} % of them that open a map + decisions + ` +
      `bookings × ${shown(each.refused)} refusals`,
  );
  sheet.line(
    'connections',
    load.connections,
    '',
    `views × ${shown(traffic.viewSeconds)} s + maps opened × ${shown(traffic.mapSeconds)} s`,
  );
  sheet.line(
    'deliveries of changes',
    load.deliveries,
    '/s',
    `decisions × ${shown(load.mapsOpen)} maps open ÷ ` +
      `${shown(showsADay(traffic) * traffic.daysAhead)} shows on sale`,
  );
  return load;
}

export interface Needs {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly bitsASecond: number;
  readonly connections: number;
  /** Shares of one thread that there is one of. */
  readonly logThread: number;
}

/** What a load takes, without any headroom. */
export function needsSection(sheet: Sheet, traffic: Traffic, load: Load, costs: Costs): Needs {
  const batch = decisionsACommit(load.decisions, costs.commitSeconds);
  const decisionUs = decisionCpuUs(batch, costs);
  const cpu = [
    ['requests', load.requests, costs.requestUs],
    ['views answered', load.views, costs.browseUs],
    ['decisions', load.decisions, decisionUs],
    ['deliveries', load.deliveries, costs.deliveryUs],
  ] as const;
  const us = cpu.reduce((sum, [, perSecond, each]) => sum + perSecond * each, 0);
  const cores = sheet.line(
    'cores at work',
    us / 1e6,
    '',
    `${cpu.map(([what, n, each]) => `${shown(n)} ${what} × ${shown(each)} µs`).join(' + ')}; ` +
      `a decision's with ${shown(batch)} a commit`,
  );
  const memoryBytes = memoryOf(sheet, traffic, load, costs);
  const bytes = [
    ['views', load.views, costs.browseBytes],
    ['other requests', load.requests - load.views, costs.requestBytes],
    ['maps', load.mapsOpened, traffic.seats / 4 + costs.requestBytes],
    ['deliveries', load.deliveries, costs.deliveryBytes],
  ] as const;
  const perSecond = bytes.reduce((sum, [, n, each]) => sum + n * each, 0);
  sheet.line(
    'network',
    (perSecond * 8) / 1e6,
    'Mbit/s',
    `(${bytes.map(([what, n, each]) => `${shown(n)} ${what} × ${shown(each)}`).join(' + ')}) ` +
      'bytes × 8',
  );
  const logThread = (load.decisions * costs.logThreadUs) / 1e6;
  return {
    cores,
    memoryBytes,
    bitsASecond: perSecond * 8,
    connections: load.connections,
    logThread,
  };
}

function memoryOf(sheet: Sheet, traffic: Traffic, load: Load, costs: Costs): number {
  const shows = showsADay(traffic) * traffic.daysAhead;
  const bookings = bookingsADay(traffic) * traffic.daysAhead;
  const holds = load.holds * SECONDS_A_HOLD;
  const parts = [
    ['shows', shows, costs.idleShowBytes],
    ['bookings', bookings, costs.bookingBytes],
    ['holds', holds, costs.holdBytes],
    ['connections', load.connections, costs.connectionBytes],
  ] as const;
  return sheet.line(
    'memory',
    parts.reduce((sum, [, n, each]) => sum + n * each, 0),
    'bytes',
    `${parts.map(([what, n, each]) => `${shown(n)} ${what} × ${shown(each)}`).join(' + ')}, ` +
      `${shown(traffic.daysAhead)} days of shows and bookings at once`,
  );
}

/** What the days leave behind, on disk and, as it is today, in memory. */
export function diskSection(sheet: Sheet, traffic: Traffic, costs: Costs) {
  const bookings = bookingsADay(traffic);
  const decisions = bookings * perBooking(traffic).decisions;
  const rate = decisions / SECONDS_A_DAY;
  const each = decisionFileBytes(decisionsACommit(rate, costs.commitSeconds), costs);
  const days = traffic.years * DAYS_A_YEAR;
  sheet.section(`Disk for ${shown(traffic.years)} years`);
  const aDay = sheet.line(
    'log a day',
    decisions * each,
    'bytes',
    `${shown(decisions)} decisions × ${shown(each)} bytes, nearly each in a frame of its own: ` +
      `${shown(costs.decisionBytes)} + ${shown(costs.frameBytes)}`,
  );
  const log = sheet.line('log', aDay * days, 'bytes', `${shown(aDay)} × ${shown(days)} days`);
  const live = bookings * traffic.daysAhead;
  const snapshots = sheet.line(
    'snapshots',
    2 * live * costs.snapshotBytes,
    'bytes',
    `2 kept × ${shown(live)} bookings × ${shown(costs.snapshotBytes)} bytes`,
  );
  const all = sheet.line('together', log + snapshots, 'bytes', 'log + snapshots');
  sheet.line(
    "of the seed's own reckoning",
    (100 * all) /
      (traffic.cities *
        traffic.cinemas *
        traffic.seats *
        traffic.shows *
        traffic.recordBytes *
        days),
    '%',
    'what is written is what was decided, not what could be sold',
  );
  const memoryADay = sheet.line(
    'memory that a day leaves behind',
    showsADay(traffic) * costs.idleShowBytes + bookings * costs.bookingBytes,
    'bytes',
    `${shown(showsADay(traffic))} shows × ${shown(costs.idleShowBytes)} + ${shown(bookings)} ` +
      `bookings × ${shown(costs.bookingBytes)}: shows that are over are not forgotten yet`,
  );
  return { bytesADay: aDay, memoryADay };
}

/** Everybody wants one show at the same minute. */
export function blockbusterSection(sheet: Sheet, traffic: Traffic, costs: Costs): void {
  const { contenders, seats, ticketsPerBooking } = traffic;
  sheet.section(`One show of ${shown(seats)} seats, ${shown(contenders)} who want it`);
  const winners = Math.min(contenders, seats / ticketsPerBooking);
  const decisions = sheet.line(
    'decisions',
    winners * 2 + (contenders - winners),
    '',
    `${shown(winners)} parties hold and book, the others join the line`,
  );
  const requests = sheet.line(
    'requests',
    contenders * 2 + decisions,
    '',
    'each looks at the map, tries once, and is answered with a decision or a refusal',
  );
  sheet.line(
    "the show's own thread is busy for",
    (requests * costs.shardThreadUs) / 1e6,
    's',
    `${shown(requests)} × ${shown(costs.shardThreadUs)} µs: one show is decided by one thread`,
  );
  sheet.line(
    'CPU for sockets and answers',
    (requests * costs.requestUs) / 1e6,
    's',
    `${shown(requests)} × ${shown(costs.requestUs)} µs, on as many cores as there are gateways`,
  );
  const interval = 0.05;
  sheet.line(
    'cores for showing it to all of them',
    (contenders * costs.deliveryUs) / 1e6 / interval,
    '',
    `${shown(contenders)} watchers × ${shown(costs.deliveryUs)} µs ÷ ${interval * 1000} ms; ` +
      'the interval stretches where they are not there',
  );
}
