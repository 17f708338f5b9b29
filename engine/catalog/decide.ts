/**
 * The catalogue's decisions: a command becomes events, or a refusal that changes nothing [C4].
 */
import { checkLayout } from '../show/seats/check-layout.ts';
import type { Layout } from '../show/seats/layout.ts';
import { unreachable } from '../unreachable.ts';
import type { Catalog } from './catalog.ts';
import { checkCinema, checkCity, checkHall, checkId, checkMovie } from './check-fields.ts';
import type { CatalogCommand, CatalogStamp } from './commands.ts';
import { decideAsPartner } from './decide-as-partner.ts';
import type { CatalogEvent, Cinema, City, Hall, Movie } from './model.ts';
import { addPartner, addPartnerKey, revokePartnerKey } from './partners.ts';
import { type CatalogRefusal, refuse } from './refusals.ts';
import { sameFact } from './same-fact.ts';
import { scheduleShow } from './schedule-show.ts';

type Decision = CatalogEvent[] | CatalogRefusal;

/**
 * Decides a command; changes nothing. The answer is an array of events (empty when the catalogue
 * says the same already) or a refusal. The caller logs the events, then evolves them.
 */
export function decideCatalog(
  catalog: Catalog,
  command: CatalogCommand,
  stamp: CatalogStamp,
): Decision {
  switch (command.type) {
    case 'addCity':
      return addCity(catalog, command.city);
    case 'addCinema':
      return addCinema(catalog, command.cinema);
    case 'addLayout':
      return addLayout(catalog, command.layout);
    case 'addHall':
      return addHall(catalog, command.hall);
    case 'addMovie':
      return addMovie(catalog, command.movie, stamp);
    case 'scheduleShow':
      return scheduleShow(catalog, command.show, stamp);
    case 'addPartner':
      return addPartner(catalog, command.partner);
    case 'addPartnerKey':
      return addPartnerKey(catalog, command.key);
    case 'revokePartnerKey':
      return revokePartnerKey(catalog, command.partner, command.key);
    case 'asPartner':
      return decideAsPartner(catalog, command.partner, command.command, stamp);
    default:
      return unreachable(command);
  }
}

function addCity(catalog: Catalog, city: City): Decision {
  const problem = checkCity(city);
  if (problem !== undefined) return refuse('invalidField', problem);
  const known = catalog.city(city.id);
  if (known !== undefined) {
    if (sameFact(known, city)) return [];
    const moved = known.timeZone !== city.timeZone || known.currency !== city.currency;
    // Prices and local times of its shows are facts already and would no longer agree.
    if (moved && catalog.moviesOf(city.id).size > 0) {
      return refuse('inUse', `${known.name} has shows, so its time zone and currency stand.`);
    }
  }
  return [{ type: 'cityAdded', city }];
}

function addCinema(catalog: Catalog, cinema: Cinema): Decision {
  const problem = checkCinema(cinema);
  if (problem !== undefined) return refuse('invalidField', problem);
  if (catalog.city(cinema.city) === undefined) {
    return refuse('cityNotFound', `There is no city "${cinema.city}".`);
  }
  const known = catalog.cinema(cinema.id);
  if (known !== undefined) {
    if (sameFact(known, cinema)) return [];
    if (known.city !== cinema.city && hasShows(catalog, cinema.id)) {
      return refuse('inUse', `${known.name} has shows, so it cannot move to another city.`);
    }
  }
  return [{ type: 'cinemaAdded', cinema }];
}

function addLayout(catalog: Catalog, layout: Layout): Decision {
  const idProblem = checkId(layout.id);
  if (idProblem !== undefined) return refuse('invalidField', idProblem);
  const known = catalog.layout(layout.id);
  if (known !== undefined) {
    if (sameFact(known, layout)) return [];
    // Tickets name seats of a layout: an altered hall is a new layout [C3].
    return refuse('layoutExists', `The layout "${layout.id}" stands; give the new one a new id.`);
  }
  const problem = checkLayout(layout);
  if (problem !== undefined) return refuse('invalidLayout', problem);
  return [{ type: 'layoutAdded', layout }];
}

function addHall(catalog: Catalog, hall: Hall): Decision {
  const problem = checkHall(hall);
  if (problem !== undefined) return refuse('invalidField', problem);
  if (catalog.cinema(hall.cinema) === undefined) {
    return refuse('cinemaNotFound', `There is no cinema "${hall.cinema}".`);
  }
  if (catalog.layout(hall.layout) === undefined) {
    return refuse('layoutNotFound', `There is no layout "${hall.layout}".`);
  }
  const known = catalog.hall(hall.id);
  if (known !== undefined) {
    if (sameFact(known, hall)) return [];
    if (known.cinema !== hall.cinema && catalog.showsOfHall(hall.id).size > 0) {
      return refuse('inUse', `${known.name} has shows, so it cannot move to another cinema.`);
    }
  }
  return [{ type: 'hallAdded', hall }];
}

function addMovie(catalog: Catalog, movie: Movie, stamp: CatalogStamp): Decision {
  const problem = checkMovie(movie);
  if (problem !== undefined) return refuse('invalidField', problem);
  const known = catalog.movie(movie.id);
  if (known !== undefined) {
    if (sameFact(known, movie)) return [];
    const last = catalog.lastStartOf(movie.id);
    const isRunning = last !== undefined && last + known.minutes * 60_000 > stamp.nowMs;
    // A longer movie could run into the next show of its hall.
    if (known.minutes !== movie.minutes && isRunning) {
      return refuse('inUse', `"${known.title}" is on the schedule, so its length stands.`);
    }
  }
  return [{ type: 'movieAdded', movie }];
}

function hasShows(catalog: Catalog, cinema: string): boolean {
  for (const hall of catalog.hallsOf(cinema)) {
    if (catalog.showsOfHall(hall).size > 0) return true;
  }
  return false;
}
