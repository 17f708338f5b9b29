/** What every view is given: the session, what has been looked up, and a voice. */
import type { CitySummary, MovieSummary, ShowDetails } from '../../engine/catalog/model.ts';
import { showId, type UsherClient, UsherError, type UsherErrorReason } from '../client/index.ts';
import { byId, setText } from './dom.ts';

/** A mounted view. */
export interface View {
  readonly root: HTMLElement;
  /** For the window's title. */
  readonly title: string;
  /** Ends timers and watches. */
  dispose(): void;
}

const SAID_FOR_MS = 12_000;

export class Page {
  readonly client: UsherClient;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #cities: Promise<readonly CitySummary[]> | undefined;
  readonly #movies = new Map<string, Promise<readonly MovieSummary[]>>();
  readonly #shows = new Map<string, Promise<ShowDetails | undefined>>();

  constructor(client: UsherClient) {
    this.client = client;
  }

  /** Says something in the status line, for eyes and screen readers. */
  say(text: string): void {
    setText(byId('status'), text);
    clearTimeout(this.#silence);
    // The line lies over the page, so it does not stay for ever.
    this.#silence = setTimeout(() => setText(byId('status'), ''), SAID_FOR_MS);
  }

  cities(): Promise<readonly CitySummary[]> {
    this.#cities ??= forgetFailure(
      this.client.cities().then((answer) => answer.cities),
      () => {
        this.#cities = undefined;
      },
    );
    return this.#cities;
  }

  async city(id: string): Promise<CitySummary | undefined> {
    return (await this.cities()).find((city) => city.id === id);
  }

  /** All movies of a city, unfiltered: what the filters offer is made from them. */
  movies(city: string): Promise<readonly MovieSummary[]> {
    return remember(this.#movies, city, () =>
      this.client.movies({ city }).then((answer) => answer.movies),
    );
  }

  /** A show's facts, or undefined where there is no such show. */
  show(id: string): Promise<ShowDetails | undefined> {
    return remember(this.#shows, id, async () => {
      try {
        const answer = await this.client.show(showId(id));
        return answer.type === 'showFound' ? answer.details : undefined;
      } catch (error) {
        if (error instanceof UsherError && noSuchThing.has(error.reason)) return undefined;
        throw error;
      }
    });
  }
}

/** An address may be made up, so a name that no server would take leads nowhere as well. */
const noSuchThing: ReadonlySet<UsherErrorReason> = new Set<UsherErrorReason>([
  'notFound',
  'invalidField',
]);
/** Entries a look-up keeps; the oldest goes first. */
const MAX_REMEMBERED = 64;

function remember<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  ask: () => Promise<Value>,
): Promise<Value> {
  const found = known.get(key);
  if (found) return found;
  const asked = forgetFailure(ask(), () => known.delete(key));
  known.set(key, asked);
  const oldest = known.size > MAX_REMEMBERED ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return asked;
}

/** A failed look-up is tried again the next time somebody asks. */
function forgetFailure<Value>(promise: Promise<Value>, forget: () => void): Promise<Value> {
  promise.catch(forget);
  return promise;
}
