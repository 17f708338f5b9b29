/** What a gateway answers over HTTP by itself: the socket's twin, and browsing. */
import { ApiHost } from '../api/api-host.ts';
import { RateLimiter } from '../api/rate-limiter.ts';
import type { ApiAnswer, ApiRequest, Route } from '../api/route.ts';
import { type BrowseParts, browseRoutes } from './browse-routes.ts';
import type { Lines } from './lines.ts';
import { Relay } from './relay.ts';
import { LINE_HEADER, sessionRoutes } from './session-routes.ts';

/** A house full of people may sit behind one address: what one of them may, times this. */
const CROWD_AT_AN_ADDRESS = 200;
const OWN_PATHS = /^\/api\/v1\/(session|commands|changes|cities|shows)(\/|$)/;

export interface TwinParts extends BrowseParts {
  readonly lines: Lines;
  /** As of a connection; 0 for no limit. */
  readonly messagesPerSecond: number;
  readonly onFault: (error: unknown) => void;
  /** Whether other gateways of this process share its port. */
  readonly isOneOfSeveral: boolean;
}

export interface TwinApi {
  readonly serves: (path: string) => boolean;
  readonly api: (request: ApiRequest) => Promise<ApiAnswer>;
  stop(): void;
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
  const serves = (path: string) => OWN_PATHS.test(path);
  const here = (request: ApiRequest) => host.handle(request);
  if (!parts.isOneOfSeveral) return { serves, api: here, stop: () => lines.stop() };
  const relay = new Relay(lines.gatewayName, here);
  return {
    serves,
    api: async (request) => {
      const [owner = '', rest] = (request.headers[LINE_HEADER] ?? '').split('.', 2);
      if (rest === undefined || owner === lines.gatewayName) return here(request);
      return (await relay.ask(owner, request)) ?? lineGone();
    },
    stop: () => {
      lines.stop();
      relay.close();
    },
  };
}

function lineGone(): ApiAnswer {
  const detail = 'This line is gone; open one with POST /api/v1/session and your token.';
  const problem = { type: 'about:blank', title: 'Gone', status: 410, code: 'lineGone', detail };
  return {
    status: 410,
    headers: { 'content-type': 'application/problem+json' },
    body: Buffer.from(JSON.stringify(problem)),
  };
}

/** The same routes as they are described, for whoever only documents them. */
export function describedTwinRoutes(): readonly Route[] {
  return [...sessionRoutes(undefined), ...browseRoutes(undefined)];
}
