/** What a gateway answers over HTTP by itself: the socket's twin, and browsing. */
import { ApiHost } from '../api/api-host.ts';
import { RateLimiter } from '../api/rate-limiter.ts';
import type { ApiAnswer, ApiRequest, Route } from '../api/route.ts';
import { type BrowseParts, browseRoutes } from './browse-routes.ts';
import type { Lines } from './lines.ts';
import { sessionRoutes } from './session-routes.ts';

/** A house full of people may sit behind one address: what one of them may, times this. */
const CROWD_AT_AN_ADDRESS = 200;
const OWN_PATHS = /^\/api\/v1\/(session|commands|changes|cities|shows)(\/|$)/;

export interface TwinParts extends BrowseParts {
  readonly lines: Lines;
  /** As of a connection; 0 for no limit. */
  readonly messagesPerSecond: number;
  readonly onFault: (error: unknown) => void;
}

export interface TwinApi {
  readonly serves: (path: string) => boolean;
  readonly api: (request: ApiRequest) => Promise<ApiAnswer>;
}

export function twinApi(parts: TwinParts): TwinApi {
  const { lines, messagesPerSecond, onFault } = parts;
  const perMinute =
    messagesPerSecond === 0
      ? Number.MAX_SAFE_INTEGER
      : messagesPerSecond * 60 * CROWD_AT_AN_ADDRESS;
  const routes = [...sessionRoutes(lines), ...browseRoutes(parts)];
  const log = (facts: object, text: string) => onFault(new Error(text, { cause: facts }));
  const host = new ApiHost(routes, {
    authenticate: () => undefined,
    limiter: new RateLimiter({ readsPerMinute: perMinute, writesPerMinute: perMinute }, () =>
      performance.now(),
    ),
    logger: { info: log, warn: log, error: log },
  });
  return { serves: (path) => OWN_PATHS.test(path), api: (request) => host.handle(request) };
}

/** The same routes as they are described, for whoever only documents them. */
export function describedTwinRoutes(): readonly Route[] {
  return [...sessionRoutes(undefined), ...browseRoutes(undefined)];
}
