/**
 * What is asked of a booking service, in numbers: the seed document's traffic as it stands, and
 * beside it what the document does not say and has to be assumed, so that nobody mistakes the one
 * for the other.
 */

export interface TrafficItem {
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  readonly text: string;
  /** Whether the seed document says so. */
  readonly given: boolean;
}

const given = (usual: number, text: string, most: number): TrafficItem => {
  return { usual, least: 1, most, text, given: true };
};

const assumed = (usual: number, text: string, most: number, least = 0): TrafficItem => {
  return { usual, least, most, text, given: false };
};

/** By the name of the option that changes it. */
export const trafficItems = {
  views: given(3e9, 'Page views a month', 1e13),
  tickets: given(1e7, 'Tickets sold a month', 1e11),
  cities: given(500, 'Cities', 1e5),
  cinemas: given(10, 'Cinemas a city', 1e4),
  seats: given(2_000, 'Seats a cinema', 100_000),
  shows: given(2, 'Shows a cinema and day', 100),
  years: given(5, 'Years that everything is kept', 100),
  recordBytes: given(100, 'Bytes a seat and show, by the seed: 50 + 50', 10_000),
  ticketsPerBooking: assumed(2.5, 'Tickets a booking', 64, 1),
  holdsPerBooking: assumed(2.5, 'Holds for each that is booked', 1_000, 1),
  refusedPerHold: assumed(0.5, 'Refusals for each hold that is granted', 1_000),
  mapShare: assumed(0.2, 'Share of views that open a seat map', 1),
  viewSeconds: assumed(30, 'Seconds that a view keeps its connection', 86_400, 1),
  mapSeconds: assumed(60, 'Seconds that a seat map stays open', 86_400, 1),
  daysAhead: assumed(7, 'Days that shows are on sale before they run', 365, 1),
  busy: assumed(5, 'The busiest hour, over the mean', 1_000, 1),
  blockbuster: assumed(10, 'The minute a blockbuster opens, over the busiest hour', 10_000, 1),
  contenders: assumed(20_000, 'People who want one show at that minute', 1e7, 1),
} as const satisfies Readonly<Record<string, TrafficItem>>;

export type TrafficName = keyof typeof trafficItems;
export type Traffic = Readonly<Record<TrafficName, number>>;

export const trafficNames = Object.keys(trafficItems) as readonly TrafficName[];

export function trafficWith(changed: Partial<Traffic>): Traffic {
  const entries = trafficNames.map((name) => [name, changed[name] ?? trafficItems[name].usual]);
  return Object.fromEntries(entries) as Traffic;
}
