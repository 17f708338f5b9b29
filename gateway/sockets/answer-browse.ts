/** What a gateway answers from its own copy of the catalogue, without asking a shard [C1]. */
import type { Browse } from '../../engine/catalog/browse.ts';
import { type Millis, showId } from '../../engine/ids.ts';
import type { DownMessage, UpMessage } from '../wire/message-types.ts';

type BrowseMessage = Extract<UpMessage, { type: 'cities' | 'movies' | 'shows' | 'show' }>;

/** The answer; undefined where there is no such city, movie or show. */
export function answerBrowse(
  browse: Browse,
  message: BrowseMessage,
  nowMs: Millis,
): DownMessage | undefined {
  const { requestId } = message;
  switch (message.type) {
    case 'cities':
      return { type: 'citiesFound', requestId, cities: browse.cities({ nowMs }) };
    case 'movies': {
      const { city, language, genre, date, text } = message;
      const movies = browse.movies({
        city,
        language: language ?? undefined,
        genre: genre ?? undefined,
        date: date ?? undefined,
        text: text ?? undefined,
        nowMs,
      });
      return movies && { type: 'moviesFound', requestId, movies };
    }
    case 'shows': {
      const { city, movie, date } = message;
      const cinemas = browse.shows({ city, movie, date: date ?? undefined, nowMs });
      return cinemas && { type: 'showsFound', requestId, cinemas };
    }
    case 'show': {
      const details = browse.show(showId(message.show));
      return details && { type: 'showFound', requestId, details };
    }
  }
}
