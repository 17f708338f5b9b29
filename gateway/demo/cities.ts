/**
 * The demo's cities: real ones, so that time zones, daylight saving and currencies are real too.
 */
import type { City } from '../../engine/catalog/model.ts';

export interface DemoCity {
  readonly city: City;
  /** Languages its audiences watch films in, ISO 639-1, the most common first. */
  readonly languages: readonly string[];
  /** A usual evening ticket for a standard seat, in minor units. */
  readonly standardPrice: number;
  /** Prices are multiples of this many minor units. */
  readonly priceStep: number;
}

export const demoCities: readonly DemoCity[] = [
  {
    city: place('mumbai', 'Mumbai', 'IN', 'Asia/Kolkata', 'INR'),
    languages: ['hi', 'mr', 'en', 'ta'],
    standardPrice: 28_000,
    priceStep: 1_000,
  },
  {
    city: place('pune', 'Pune', 'IN', 'Asia/Kolkata', 'INR'),
    languages: ['mr', 'hi', 'en'],
    standardPrice: 22_000,
    priceStep: 1_000,
  },
  {
    city: place('bengaluru', 'Bengaluru', 'IN', 'Asia/Kolkata', 'INR'),
    languages: ['kn', 'en', 'ta', 'hi', 'te'],
    standardPrice: 25_000,
    priceStep: 1_000,
  },
  {
    city: place('delhi', 'Delhi', 'IN', 'Asia/Kolkata', 'INR'),
    languages: ['hi', 'en'],
    standardPrice: 26_000,
    priceStep: 1_000,
  },
  {
    city: place('london', 'London', 'GB', 'Europe/London', 'GBP'),
    languages: ['en', 'hi', 'fr'],
    standardPrice: 1_350,
    priceStep: 50,
  },
  {
    city: place('new-york', 'New York', 'US', 'America/New_York', 'USD'),
    languages: ['en', 'es'],
    standardPrice: 1_700,
    priceStep: 50,
  },
  {
    city: place('sao-paulo', 'São Paulo', 'BR', 'America/Sao_Paulo', 'BRL'),
    languages: ['pt', 'en', 'es'],
    standardPrice: 3_800,
    priceStep: 100,
  },
  {
    city: place('tokyo', 'Tokyo', 'JP', 'Asia/Tokyo', 'JPY'),
    languages: ['ja', 'en'],
    standardPrice: 2_000,
    priceStep: 100,
  },
  {
    city: place('cairo', 'Cairo', 'EG', 'Africa/Cairo', 'EGP'),
    languages: ['ar', 'en'],
    standardPrice: 16_000,
    priceStep: 500,
  },
  {
    city: place('berlin', 'Berlin', 'DE', 'Europe/Berlin', 'EUR'),
    languages: ['de', 'en', 'fr'],
    standardPrice: 1_250,
    priceStep: 50,
  },
  {
    city: place('sydney', 'Sydney', 'AU', 'Australia/Sydney', 'AUD'),
    languages: ['en', 'hi'],
    standardPrice: 2_300,
    priceStep: 50,
  },
  {
    city: place('nairobi', 'Nairobi', 'KE', 'Africa/Nairobi', 'KES'),
    languages: ['sw', 'en', 'hi'],
    standardPrice: 90_000,
    priceStep: 5_000,
  },
];

function place(
  id: string,
  name: string,
  country: string,
  timeZone: string,
  currency: string,
): City {
  return { id, name, country, timeZone, currency };
}
