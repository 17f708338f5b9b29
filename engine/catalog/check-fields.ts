/**
 * The fields of what a partner enters, checked one by one. Each check answers with a sentence
 * that names the field, or undefined where all is well.
 */
import { limits } from '../limits.ts';
import {
  type Cinema,
  type City,
  type Hall,
  type Movie,
  type Partner,
  type PartnerKey,
  partnerScopes,
} from './model.ts';

const idPattern = /^[a-z0-9-]{1,48}$/;
const showIdPattern = new RegExp(`^[a-z0-9-]{1,${limits.showIdChars}}$`);
const longestNameChars = 200;
const longestSynopsisChars = 2_000;
/** Bounds how far back an overlapping show can have started. */
export const longestMovieMinutes = 24 * 60;
const mostLanguagesOrGenres = 32;

export function checkId(id: string): string | undefined {
  return idPattern.test(id) ? undefined : notAnId('An id', 48, id);
}

export function checkShowId(id: string): string | undefined {
  return showIdPattern.test(id) ? undefined : notAnId("A show's id", limits.showIdChars, id);
}

function notAnId(what: string, longest: number, id: string): string {
  return `${what} has 1 to ${longest} characters of a–z, 0–9 and "-"; ${quoted(id)} does not.`;
}

export function checkCity(city: City): string | undefined {
  return (
    checkId(city.id) ??
    checkText('name', city.name, longestNameChars) ??
    checkText('time zone', city.timeZone, longestNameChars) ??
    checkPattern('country', city.country, /^[A-Z]{2}$/, 'two capital letters, e.g. "IN"') ??
    checkPattern('currency', city.currency, /^[A-Z]{3}$/, 'three capital letters, e.g. "INR"')
  );
}

export function checkCinema(cinema: Cinema): string | undefined {
  return (
    checkId(cinema.id) ??
    checkText('name', cinema.name, longestNameChars) ??
    checkText('address', cinema.address, longestNameChars)
  );
}

export function checkHall(hall: Hall): string | undefined {
  return checkId(hall.id) ?? checkText('name', hall.name, longestNameChars);
}

export function checkMovie(movie: Movie): string | undefined {
  const { minutes, languages, genres } = movie;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > longestMovieMinutes) {
    return `A movie lasts 1 to ${longestMovieMinutes} whole minutes, not ${minutes}.`;
  }
  if (languages.length < 1 || languages.length > mostLanguagesOrGenres) {
    return `A movie is shown in 1 to ${mostLanguagesOrGenres} languages.`;
  }
  if (genres.length > mostLanguagesOrGenres) {
    return `A movie has at most ${mostLanguagesOrGenres} genres.`;
  }
  return (
    checkId(movie.id) ??
    checkText('title', movie.title, longestNameChars) ??
    checkText('rating', movie.rating, longestNameChars) ??
    checkText('synopsis', movie.synopsis, longestSynopsisChars) ??
    first(languages, (code) =>
      checkPattern('language', code, /^[a-z]{2,3}$/, 'an ISO 639 code, e.g. "hi"'),
    ) ??
    first(genres, (genre) => checkText('genre', genre, longestNameChars))
  );
}

export function checkPartner(partner: Partner): string | undefined {
  const { id, name, email, theatreSystem } = partner;
  if (!/^[a-z0-9]{2,16}$/.test(id)) {
    return `A partner's id has 2 to 16 characters of a–z and 0–9; ${quoted(id)} does not.`;
  }
  return (
    checkText('name', name, longestNameChars) ??
    checkPattern('email', email, /^[^\s@]+@[^\s@]+$/, 'an address, e.g. "box@lux.example"') ??
    (theatreSystem === undefined
      ? undefined
      : checkPattern('theatre system', theatreSystem, /^https?:\/\/\S+$/, 'a URL'))
  );
}

export function checkPartnerKey(key: PartnerKey): string | undefined {
  return (
    checkId(key.id) ??
    checkText('name', key.name, longestNameChars) ??
    checkPattern('hash', key.hash, /^[0-9a-f]{64}$/, 'a SHA-256 in hex') ??
    (key.scopes.length > 0 && key.scopes.every((scope) => partnerScopes.includes(scope))
      ? undefined
      : `A key has one or more of the scopes ${partnerScopes.join(', ')}.`)
  );
}

function first<Item>(
  items: readonly Item[],
  check: (item: Item) => string | undefined,
): string | undefined {
  for (const item of items) {
    const problem = check(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkText(field: string, text: string, longest: number): string | undefined {
  return text.trim() !== '' && text.length <= longest
    ? undefined
    : `The ${field} must have 1 to ${longest} characters.`;
}

function checkPattern(
  field: string,
  text: string,
  pattern: RegExp,
  wanted: string,
): string | undefined {
  return pattern.test(text) ? undefined : `The ${field} must be ${wanted}, not ${quoted(text)}.`;
}

/** Quoted and cut, so that a refusal never carries a megabyte back. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 48 ? `${text.slice(0, 48)}…` : text);
}
