/**
 * The HTTP API behind its routes: finds the route, says who asks, checks what is asked, and turns
 * whatever comes of it into an answer. Refusals are problems by RFC 9457 with a stable code and a
 * sentence that says what to do.
 */
import { createHash, randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { ServicesLogger } from '../../services/services.ts';
import { type RateLimiter, rateHeaders } from './rate-limiter.ts';
import type { RememberedAnswers } from './remembered-answers.ts';
import {
  type ApiAnswer,
  ApiProblem,
  type ApiRequest,
  type Principal,
  type Route,
  type RouteAnswer,
} from './route.ts';
import { type FoundRoute, RouteTable } from './route-table.ts';

const BODY_LIMIT_BYTES = 64 * 1024;
const MOST_ERRORS_NAMED = 20;
const JSON_DEPTH = 16;
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,64}$/;

export interface ApiParts {
  /** Undefined for a header that proves nothing. */
  authenticate(authorization: string): Principal | undefined;
  /** Left out where no route is a write that a key could make safe to repeat. */
  readonly remembered?: RememberedAnswers;
  readonly limiter: RateLimiter;
  readonly logger: ServicesLogger;
}

export class ApiHost {
  readonly #parts: ApiParts;
  readonly #table: RouteTable;
  readonly #validators = new Map<TSchema, Validator>();

  constructor(routes: readonly Route[], parts: ApiParts) {
    this.#parts = parts;
    this.#table = new RouteTable(routes);
  }

  /** Answers any request; never rejects. */
  async handle(request: ApiRequest): Promise<ApiAnswer> {
    try {
      return await this.#handle(request);
    } catch (error) {
      if (error instanceof ApiProblem) return problemAnswer(error, request.path);
      const incident = randomUUID();
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#parts.logger.error({ incident, why, path: request.path }, 'a request failed');
      const sentence = `This is a fault of the server. Tell its operator "${incident}".`;
      return problemAnswer(new ApiProblem(500, 'fault', sentence, { incident }), request.path);
    }
  }

  async #handle(request: ApiRequest): Promise<ApiAnswer> {
    if (request.method === 'OPTIONS') {
      const headers = { allow: this.#table.allowedAt(request.path) };
      return { status: 204, headers, body: new Uint8Array(0) };
    }
    const found = this.#table.find(request);
    const principal = this.#principal(request, found.route);
    if (found.route.unlimited === true) return await this.#once(request, found, principal);
    const rate = this.#parts.limiter.take(rateKey(principal, request), !isRead(request));
    if (!rate.allowed) {
      const sentence = `Too many requests; ask again in ${rate.retryAfterS} s.`;
      throw new ApiProblem(429, 'rateLimited', sentence, {}, rateHeaders(rate));
    }
    const made = await this.#once(request, found, principal);
    const answer = unlessKnown(request, made);
    return { ...answer, headers: { ...rateHeaders(rate), ...answer.headers } };
  }

  /** A write with an Idempotency-Key is carried out once, and answered the same ever after. */
  async #once(request: ApiRequest, found: FoundRoute, principal: Principal): Promise<ApiAnswer> {
    const key = request.headers['idempotency-key'];
    const { remembered } = this.#parts;
    const isForgotten = found.route.secretAnswer === true || principal.type === 'nobody';
    if (isRead(request) || key === undefined || isForgotten || remembered === undefined) {
      return await this.#run(request, found, principal);
    }
    if (!IDEMPOTENCY_KEY.test(key)) {
      const sentence = 'An Idempotency-Key is 1 to 64 printable ASCII characters without spaces.';
      throw new ApiProblem(400, 'invalidIdempotencyKey', sentence);
    }
    const known = remembered.begin(ownerOf(principal), key, request);
    if (known !== undefined) return known;
    let answer: ApiAnswer;
    try {
      answer = await this.#run(request, found, principal);
    } catch (error) {
      // What was refused changed nothing: the same key may be used for the mended request.
      remembered.giveUp(ownerOf(principal), key);
      throw error;
    }
    remembered.keep(ownerOf(principal), key, answer);
    return answer;
  }

  async #run(
    request: ApiRequest,
    { route, params }: FoundRoute,
    principal: Principal,
  ): Promise<ApiAnswer> {
    const context = {
      params: this.#params(route, params),
      query: this.#query(route, request.query),
      body: this.#body(route, request),
      principal,
      request,
    };
    return asAnswer(await route.handle(context as never));
  }

  #principal(request: ApiRequest, route: Route): Principal {
    const { authorization } = request.headers;
    const principal =
      authorization === undefined ? undefined : this.#parts.authenticate(authorization);
    if (route.access === 'anyone') return principal ?? { type: 'nobody' };
    if (principal === undefined || principal.type === 'nobody') {
      this.#limitGuesses(request);
      const sentence = 'Send a valid key as "Authorization: Bearer <key>".';
      const headers = { 'www-authenticate': 'Bearer realm="usher"' };
      throw new ApiProblem(401, 'unauthorized', sentence, {}, headers);
    }
    if (principal.type === 'operator') return principal;
    if (route.access === 'operator') throw notFound(request.path);
    if (route.scope !== undefined && !principal.scopes.includes(route.scope)) {
      const sentence = `This key may not do that: it lacks the scope "${route.scope}".`;
      throw new ApiProblem(403, 'scopeMissing', sentence, { scope: route.scope });
    }
    return principal;
  }

  /** Whoever tries keys is slowed down like whoever has one. */
  #limitGuesses(request: ApiRequest): void {
    const rate = this.#parts.limiter.take(`guesses ${request.address}`, true);
    if (rate.allowed) return;
    const sentence = `Too many requests without a valid key; ask again in ${rate.retryAfterS} s.`;
    throw new ApiProblem(429, 'rateLimited', sentence, {}, rateHeaders(rate));
  }

  #params(route: Route, params: Readonly<Record<string, string>>): unknown {
    if (route.params === undefined) return params;
    if (this.#validator(route.params).Check(params)) return params;
    throw notFound(route.path);
  }

  #query(route: Route, query: string): unknown {
    const given: Record<string, unknown> = {};
    for (const [name, value] of new URLSearchParams(query)) {
      if (Object.hasOwn(given, name)) {
        const sentence = `Give the query parameter "${name.slice(0, 64)}" once.`;
        throw new ApiProblem(400, 'repeatedParameter', sentence, { parameter: name.slice(0, 64) });
      }
      given[name] = value;
    }
    const schema = route.query;
    const known = schema === undefined ? [] : Object.keys(schema.properties);
    for (const name of Object.keys(given)) {
      if (known.includes(name)) continue;
      const sentence = `There is no query parameter "${name.slice(0, 64)}" here.`;
      throw new ApiProblem(400, 'unknownParameter', sentence, { parameter: name.slice(0, 64) });
    }
    if (schema === undefined) return given;
    const value = Value.Convert(schema, given);
    this.#check(schema, value, 400, 'invalidParameter', 'A query parameter is wrong');
    return value;
  }

  #body(route: Route, request: ApiRequest): unknown {
    const { body, headers } = request;
    if (body.length > (route.bodyLimitBytes ?? BODY_LIMIT_BYTES)) {
      const most = route.bodyLimitBytes ?? BODY_LIMIT_BYTES;
      throw new ApiProblem(413, 'tooLarge', `A body here has at most ${most} bytes.`);
    }
    if (route.body === undefined && route.bodyType === undefined) return undefined;
    const wanted = route.bodyType ?? 'application/json';
    const [given = ''] = (headers['content-type'] ?? '').split(';', 1);
    if (given.trim().toLowerCase() !== wanted) {
      throw new ApiProblem(415, 'wrongContentType', `Send the body as ${wanted}.`);
    }
    if (route.bodyType !== undefined || route.body === undefined) return body;
    const value = parseJson(body);
    this.#check(route.body, value, 422, 'invalidBody', 'The body is not as it must be');
    return value;
  }

  #check(schema: TSchema, value: unknown, status: number, code: string, what: string): void {
    const validator = this.#validator(schema);
    if (validator.Check(value)) return;
    const errors = [...validator.Errors(value)].slice(0, MOST_ERRORS_NAMED);
    const named = errors.map(({ instancePath, message }) => {
      return { pointer: instancePath, message };
    });
    const [first] = named;
    const place = first === undefined || first.pointer === '' ? 'as a whole' : first.pointer;
    const sentence = `${what}: ${place} ${first?.message ?? 'is not valid'}.`;
    throw new ApiProblem(status, code, sentence, { errors: named });
  }

  #validator(schema: TSchema): Validator {
    let validator = this.#validators.get(schema);
    if (validator === undefined) {
      validator = Compile(schema) as unknown as Validator;
      this.#validators.set(schema, validator);
    }
    return validator;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(body: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(utf8.decode(body));
    checkMembers(value, 0);
    return value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ApiProblem(400, 'invalidJson', `The body is no JSON that is taken here: ${why}.`);
  }
}

/** Deep nesting and names that mean something to JavaScript's objects are nobody's data. */
function checkMembers(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= JSON_DEPTH) throw new SyntaxError(`it is nested more than ${JSON_DEPTH} deep`);
  for (const [name, member] of Object.entries(value)) {
    if (FORBIDDEN_NAMES.has(name)) throw new SyntaxError(`a member is called "${name}"`);
    checkMembers(member, depth + 1);
  }
}

export function notFound(path: string): ApiProblem {
  return new ApiProblem(404, 'notFound', `There is nothing at ${path.slice(0, 200)} for you.`);
}

function isRead({ method }: ApiRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/**
 * An answer that may be cached carries a tag of its content; whoever has that already is told so
 * without being sent it again.
 */
function unlessKnown(request: ApiRequest, answer: ApiAnswer): ApiAnswer {
  const keep = answer.headers['cache-control'];
  if (!isRead(request) || answer.status !== 200) return answer;
  if (keep === undefined || keep === 'no-store') return answer;
  const tag = `"${createHash('sha256').update(answer.body).digest('base64url').slice(0, 22)}"`;
  const headers: Record<string, string> = { ...answer.headers, etag: tag };
  const known = (request.headers['if-none-match'] ?? '').split(',').map((each) => each.trim());
  const isKnown = known.some((each) => each === '*' || each === tag || each === `W/${tag}`);
  if (!isKnown) return { ...answer, headers };
  const { 'content-type': _, ...rest } = headers;
  return { status: 304, headers: rest, body: new Uint8Array(0) };
}

function ownerOf(principal: Principal): string {
  return principal.type === 'partner' ? principal.partner : principal.type;
}

function rateKey(principal: Principal, { address }: ApiRequest): string {
  if (principal.type === 'partner') return `key ${principal.key}`;
  // Behind a proxy everybody has its address: they must not use up what operators need.
  return principal.type === 'operator' ? 'operator' : `address ${address}`;
}

function asAnswer(answer: RouteAnswer): ApiAnswer {
  const { status, headers = {} } = answer;
  if ('bytes' in answer) {
    const { bytes, contentType } = answer;
    return { status, headers: { 'content-type': contentType, ...headers }, body: bytes };
  }
  if (answer.json === undefined) return { status, headers, body: new Uint8Array(0) };
  const body = Buffer.from(JSON.stringify(answer.json));
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

function problemAnswer(problem: ApiProblem, path: string): ApiAnswer {
  const { status, code, message, extra, headers } = problem;
  const title = STATUS_CODES[status] ?? 'Problem';
  const instance = path.slice(0, 200);
  const facts = { type: 'about:blank', title, status, code, detail: message, instance, ...extra };
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: Buffer.from(JSON.stringify(facts)),
  };
}
