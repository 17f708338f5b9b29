/** OpenAPI 3.1 from the very routes that answer, so that the document cannot say anything else. */
import { type TObject, type TSchema, Type } from 'typebox';
import type { Route } from '../http/api/route.ts';
import { exampleOf } from './route-examples.ts';

export type Json = Readonly<Record<string, unknown>>;

export const problemSchema: TSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable, for programs.' }),
    detail: Type.String({ description: 'What to do, for people.' }),
    instance: Type.Optional(Type.String()),
    errors: Type.Optional(
      Type.Array(Type.Object({ pointer: Type.String(), message: Type.String() }), {
        description: 'Where in the body or the query something is wrong (RFC 6901).',
      }),
    ),
  },
  { additionalProperties: true },
);

const problem = {
  description: 'A problem by RFC 9457: its `code` is stable, its `detail` says what to do.',
  content: {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  },
};

export interface OpenApiFacts {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

export function openApi(routes: readonly Route[], facts: OpenApiFacts): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    paths[route.path] = path;
    path[route.method.toLowerCase()] = operation(route);
  }
  const tags = [...new Set(routes.map((route) => route.tag))].map((name) => ({ name }));
  return {
    openapi: '3.1.0',
    info: facts,
    servers: [{ url: '/' }],
    tags,
    paths,
    components: {
      schemas: { Problem: problemSchema },
      responses: { Problem: problem },
      securitySchemes: {
        partnerKey: { type: 'http', scheme: 'bearer', description: "A partner's key." },
        operatorKey: { type: 'http', scheme: 'bearer', description: "The operator's key." },
      },
    },
  };
}

function operation(route: Route): Json {
  const { id, tag, summary, description, access, scope } = route;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(scope === undefined ? {} : { 'x-scope': scope }),
    ...(access === 'anyone' ? {} : { security: [{ [`${access}Key`]: [] }] }),
    parameters: [...pathParameters(route), ...queryParameters(route), ...headers(route)],
    ...requestBody(route),
    responses: { ...answers(route), default: { $ref: '#/components/responses/Problem' } },
  };
}

function pathParameters({ path, params }: Route): readonly Json[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => {
    const schema = params?.properties[name] ?? { type: 'string' };
    return { name, in: 'path', required: true, schema };
  });
}

function queryParameters({ query }: Route): readonly Json[] {
  if (query === undefined) return [];
  const required: readonly string[] = (query as TObject).required ?? [];
  return Object.entries(query.properties).map(([name, schema]) => {
    return { name, in: 'query', required: required.includes(name), schema };
  });
}

function headers({ method, access }: Route): readonly Json[] {
  if (method === 'GET' || access === 'anyone') return [];
  const description =
    'Your own, for this write: sent again with it, the write is carried out once and answered ' +
    'the same for 24 hours.';
  const schema = { type: 'string', minLength: 1, maxLength: 64 };
  return [{ name: 'Idempotency-Key', in: 'header', required: false, description, schema }];
}

function requestBody(route: Route): Json {
  const { body, bodyType } = route;
  const example = exampleOf(route);
  if (body === undefined && bodyType === undefined) return {};
  const shown = example === undefined ? {} : { example };
  const schema = body ?? { type: 'string' };
  const content = { [bodyType ?? 'application/json']: { schema, ...shown } };
  return { requestBody: { required: true, content } };
}

function answers(route: Route): Json {
  const found: Record<string, Json> = {};
  for (const [status, { description, schema, contentType }] of Object.entries(route.answers)) {
    if (schema === undefined && contentType === undefined) {
      const isProblem = Number(status) >= 400;
      found[status] = isProblem ? { ...problem, description } : { description };
      continue;
    }
    const content = { [contentType ?? 'application/json']: schema === undefined ? {} : { schema } };
    found[status] = { description, content };
  }
  return found;
}
