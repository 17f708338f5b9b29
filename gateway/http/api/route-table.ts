/** From a method and a path to a route, and the parts of the path that it has names for. */
import { ApiProblem, type ApiRequest, type Route } from './route.ts';

export interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Entry {
  readonly route: Route;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

export class RouteTable {
  readonly #entries: readonly Entry[];

  constructor(routes: readonly Route[]) {
    this.#entries = routes.map((route) => {
      const names = Array.from(route.path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
      const pattern = route.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '([^/]{1,200})');
      return { route, names, pattern: new RegExp(`^${pattern}$`) };
    });
  }

  /** @throws ApiProblem 404, or 405 naming what is served there. */
  find({ method, path }: ApiRequest): FoundRoute {
    const wanted = method === 'HEAD' ? 'GET' : method;
    for (const { route, pattern, names } of this.#entriesAt(path)) {
      const match = pattern.exec(path);
      if (match === null || route.method !== wanted) continue;
      const params = Object.fromEntries(
        names.map((name, index) => [name, decoded(match[index + 1] ?? '')]),
      );
      return { route, params };
    }
    const allow = this.allowedAt(path);
    throw new ApiProblem(405, 'methodNotAllowed', `Only ${allow} here.`, {}, { allow });
  }

  /** A path that is written out wins over one that a name in braces would make it. */
  #entriesAt(path: string): readonly Entry[] {
    const literal = this.#entries.filter(({ route }) => route.path === path);
    return literal.length > 0 ? literal : this.#entries.filter(({ pattern }) => pattern.test(path));
  }

  /** What an Allow header says of a path. @throws ApiProblem 404 where nothing is there. */
  allowedAt(path: string): string {
    const here = this.#entriesAt(path);
    if (here.length === 0) {
      throw new ApiProblem(404, 'notFound', `There is nothing at ${path.slice(0, 200)} for you.`);
    }
    const methods = here.map(({ route }) => route.method);
    const reads = methods.includes('GET') ? ['HEAD'] : [];
    return [...new Set([...methods, ...reads, 'OPTIONS'])].join(', ');
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiProblem(400, 'invalidPath', 'The path is not percent-encoded as it should be.');
  }
}
