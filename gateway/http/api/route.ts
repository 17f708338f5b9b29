/**
 * A route of the HTTP API, described once: the description validates requests, authorises them
 * and is what the OpenAPI document is made from.
 */
import type { Static, TObject, TSchema } from 'typebox';

/** A request as a gateway hands it on: plain values, so that it can cross threads. */
export interface ApiRequest {
  /** In upper case; one that no route has is answered with those that it has. */
  readonly method: string;
  /** Without the query, percent-encoded as it came. */
  readonly path: string;
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The client's address as text. */
  readonly address: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a key may do. */
export type Scope = 'catalog' | 'sell' | 'read' | 'webhooks';

export type Principal =
  | {
      readonly type: 'partner';
      readonly partner: string;
      readonly key: string;
      readonly scopes: readonly Scope[];
    }
  | { readonly type: 'operator' }
  | { readonly type: 'nobody' };

/**
 * A refusal: `code` is stable and for programs, `sentence` says what to do. Answered as
 * application/problem+json with `extra`'s members beside those of RFC 9457.
 */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: number,
    code: string,
    sentence: string,
    extra: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.extra = extra;
    this.headers = headers;
  }
}

export interface RouteContext<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  /** The parsed JSON, checked; the bytes where the route takes another type. */
  readonly body: Body;
  readonly principal: Principal;
  readonly request: ApiRequest;
}

/** JSON unless `bytes` is given with its type. */
export type RouteAnswer =
  | {
      readonly status: number;
      readonly json?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly status: number;
      readonly bytes: Uint8Array;
      readonly contentType: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface Route<
  Params extends TObject = TObject,
  Query extends TObject = TObject,
  Body extends TSchema = TSchema,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** e.g. `/api/v1/partner/halls/{hall}`; every name in braces is in `params`. */
  readonly path: string;
  /** OpenAPI operationId, unique. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: 'anyone' | 'partner' | 'operator';
  /** Of a partner's key. */
  readonly scope?: Scope;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Other than JSON: the handler gets the bytes. e.g. `text/csv`. */
  readonly bodyType?: string;
  /** Its answer holds what must be nowhere else: it is not remembered for a repetition. */
  readonly secretAnswer?: boolean;
  /** Whoever proves who they are may ask as often as they like: a provider has bursts. */
  readonly unlimited?: boolean;
  /** 64 KiB unless it says otherwise. */
  readonly bodyLimitBytes?: number;
  /** By status: what it means, and its schema where the body is JSON. */
  readonly answers: Readonly<
    Record<
      number,
      { readonly description: string; readonly schema?: TSchema; readonly contentType?: string }
    >
  >;
  /** An example body, sent as it is by the test that keeps the documents honest. */
  readonly example?: unknown;
  handle(
    context: RouteContext<Static<Params>, Static<Query>, Static<Body>>,
  ): Promise<RouteAnswer> | RouteAnswer;
}

/** Infers the types of the handler's parameters. */
export function route<
  Params extends TObject = TObject,
  Query extends TObject = TObject,
  Body extends TSchema = TSchema,
>(definition: Route<Params, Query, Body>): Route {
  return definition as unknown as Route;
}
