/**
 * Example bodies, by operation, for routes that bring none of their own. Together they tell one
 * story that can be sent in this order: a partner is let in, opens a cinema and sells.
 */
import type { Route } from '../http/api/route.ts';

const sale = {
  hall: 'rialto-hall-1',
  movie: 'rialto-monsoon-line',
  language: 'hi',
  format: '2D',
  prices: { Stalls: 20_000, Balcony: 30_000 },
};

const examples: Readonly<Record<string, unknown>> = {
  addPartner: { id: 'rialto', name: 'Rialto Cinemas', email: 'tickets@rialto.example' },
  putCity: {
    id: 'nagpur',
    name: 'Nagpur',
    country: 'IN',
    timeZone: 'Asia/Kolkata',
    currency: 'INR',
  },
  putCinema: { id: 'rialto-mg-road', city: 'pune', name: 'Rialto', address: 'MG Road 1, Pune' },
  putHall: {
    id: 'rialto-hall-1',
    cinema: 'rialto-mg-road',
    name: 'Hall 1',
    grid: '= Stalls\nA: aaaa..aaaa\nB: aaaA..aaaa\n= Balcony\nC: bbbbbbbbbb',
    tiers: ['Stalls', 'Balcony'],
  },
  putMovie: {
    id: 'rialto-monsoon-line',
    title: 'The Monsoon Line',
    minutes: 121,
    languages: ['hi'],
    genres: ['Drama'],
    rating: '12+',
    synopsis: 'A night train, a storm, and forty passengers.',
  },
  scheduleShow: { ...sale, day: '2031-03-14', time: '15:30' },
  scheduleShows: {
    ...sale,
    fromDay: '2031-03-15',
    untilDay: '2031-03-21',
    weekdays: [6, 7],
    times: ['15:30', '19:00'],
    dryRun: true,
  },
  bookInBulk: { parts: [{ show: '0v1xy2', seats: [0, 1, 2] }], dryRun: true },
  cancelInBulk: { parts: [{ show: '0v1xy2', bookings: ['0V1XY2-004'] }], dryRun: true },
};

export function exampleOf({ id, example }: Route): unknown {
  return example ?? examples[id];
}
