/**
 * The routes of a running server, from the document that is made of the very table it answers by:
 * a route that is added tomorrow is in here by itself.
 */

export interface DocumentedRoute {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly access: 'anyone' | 'partner' | 'operator';
  /** Of its body; undefined where it takes none. */
  readonly type: string | undefined;
  readonly example: unknown;
  readonly schema: unknown;
  readonly query: readonly string[];
}

interface Operation {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { example?: unknown; schema?: unknown }>>;
  };
}

export async function documentedRoutes(
  url: string,
  access: readonly DocumentedRoute['access'][],
): Promise<readonly DocumentedRoute[]> {
  const answer = await fetch(`${url}/api/v1/openapi.json`);
  const { paths } = (await answer.json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => routeOf(path, method, operation)),
  );
  return routes.filter((route) => access.includes(route.access));
}

function routeOf(path: string, method: string, operation: Operation): DocumentedRoute {
  const { operationId: id, security = [], parameters, requestBody } = operation;
  const key = Object.keys(security[0] ?? {})[0];
  const [content] = Object.entries(requestBody?.content ?? {});
  return {
    id,
    method: method.toUpperCase(),
    path,
    access: key === 'partnerKey' ? 'partner' : key === 'operatorKey' ? 'operator' : 'anyone',
    type: content?.[0],
    example: content?.[1].example,
    schema: content?.[1].schema,
    query: parameters.filter((each) => each.in === 'query').map(({ name }) => name),
  };
}

/** The example with other names in the places of its own; a dry run is made a real one. */
export function bodyFor(
  { type, example }: DocumentedRoute,
  names: Readonly<Record<'show' | 'hall' | 'cinema' | 'movie' | 'city', string>>,
): unknown {
  if (type === undefined) return undefined;
  const own: Readonly<Record<string, string>> = { '0v1xy2': names.show, 'lux-1': names.hall };
  const kept: Readonly<Record<string, string>> = { 'lux-main': names.cinema };
  const renamed = { ...own, ...kept, 'lux-tide': names.movie, nagpur: names.city };
  let text = typeof example === 'string' ? example : JSON.stringify(example);
  for (const [from, to] of Object.entries(renamed)) text = text.replaceAll(from, to);
  if (typeof example === 'string') return text;
  const body = JSON.parse(text) as Record<string, unknown>;
  delete body.dryRun;
  return body;
}
