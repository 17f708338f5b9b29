/**
 * What a partner may ask of the catalogue: anything for what is its own. Its things have ids that
 * begin with its own, so that no id tells whether another partner has something by that name, and
 * what is another's is refused as if it were not there [C2].
 */
import { unreachable } from '../unreachable.ts';
import { Catalog } from './catalog.ts';
import type { CatalogStamp, PartnerCommand } from './commands.ts';
import { decideCatalog } from './decide.ts';
import type { CatalogEvent, ScheduledShow } from './model.ts';
import { type CatalogRefusal, refuse } from './refusals.ts';
import { scheduleShow } from './schedule-show.ts';

type Decision = CatalogEvent[] | CatalogRefusal;

export function decideAsPartner(
  catalog: Catalog,
  partner: string,
  command: PartnerCommand,
  stamp: CatalogStamp,
): Decision {
  if (catalog.partner(partner) === undefined) {
    return refuse('partnerNotFound', `There is no partner "${partner}".`);
  }
  switch (command.type) {
    case 'addCity': {
      const known = catalog.city(command.city.id);
      // Cities are everybody's: whoever comes first adds one, and nobody changes it for others.
      return known === undefined ? decideCatalog(catalog, command, stamp) : [];
    }
    case 'addCinema': {
      const cinema = { ...command.cinema, partner };
      return (
        foreignId(partner, cinema.id) ??
        decideCatalog(catalog, { type: 'addCinema', cinema }, stamp)
      );
    }
    case 'addLayout':
      return foreignId(partner, command.layout.id) ?? decideCatalog(catalog, command, stamp);
    case 'addHall': {
      const { id, cinema } = command.hall;
      return (
        foreignId(partner, id) ??
        foreignCinema(catalog, partner, cinema) ??
        decideCatalog(catalog, command, stamp)
      );
    }
    case 'addMovie': {
      const movie = { ...command.movie, partner };
      return (
        foreignId(partner, movie.id) ?? decideCatalog(catalog, { type: 'addMovie', movie }, stamp)
      );
    }
    case 'scheduleShow':
      return schedule(catalog, partner, command.show, stamp);
    case 'scheduleShows':
      return scheduleAll(catalog, partner, command.shows, stamp);
    case 'addPartnerKey':
      return command.key.partner === partner
        ? decideCatalog(catalog, command, stamp)
        : refuse('notAllowed', 'A key is made for oneself.');
    case 'revokePartnerKey':
      return decideCatalog(catalog, { ...command, partner }, stamp);
    default:
      return unreachable(command);
  }
}

/** Whether a hall is this partner's. */
export function ownsHall(catalog: Catalog, partner: string, hall: string): boolean {
  const known = catalog.hall(hall);
  return known !== undefined && catalog.cinema(known.cinema)?.partner === partner;
}

function schedule(
  catalog: Catalog,
  partner: string,
  show: ScheduledShow,
  stamp: CatalogStamp,
): Decision {
  if (!ownsHall(catalog, partner, show.hall)) {
    return refuse('hallNotFound', `There is no hall "${show.hall}".`);
  }
  const owner = catalog.movie(show.movie)?.partner;
  if (owner !== undefined && owner !== partner) {
    return refuse('movieNotFound', `There is no movie "${show.movie}".`);
  }
  const known = catalog.show(show.id);
  if (known !== undefined && known.hall !== show.hall) {
    return refuse('showExists', `The id ${show.id} cannot be used.`);
  }
  return scheduleShow(catalog, show, stamp);
}

/** Each is looked at with those before it on the schedule, so that they cannot overlap either. */
function scheduleAll(
  catalog: Catalog,
  partner: string,
  shows: readonly ScheduledShow[],
  stamp: CatalogStamp,
): Decision {
  const events: CatalogEvent[] = [];
  const trial = new Catalog();
  for (const fact of catalog.facts()) trial.evolve(fact);
  for (const [index, show] of shows.entries()) {
    const decision = schedule(trial, partner, show, stamp);
    if (!Array.isArray(decision)) {
      return { ...decision, text: `Show ${index + 1} of ${shows.length}: ${decision.text}` };
    }
    for (const event of decision) trial.evolve(event);
    events.push(...decision);
  }
  return events;
}

function foreignId(partner: string, id: string): CatalogRefusal | undefined {
  if (id.startsWith(`${partner}-`)) return undefined;
  return refuse('notAllowed', `The id must begin with "${partner}-".`);
}

function foreignCinema(
  catalog: Catalog,
  partner: string,
  cinema: string,
): CatalogRefusal | undefined {
  if (catalog.cinema(cinema)?.partner === partner) return undefined;
  return refuse('cinemaNotFound', `There is no cinema "${cinema}".`);
}
