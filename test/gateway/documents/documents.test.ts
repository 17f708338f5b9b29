/** Keeps the documents honest: what they show is sent to a real server, and holds there. */
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageSchema } from '../../../gateway/documents/asyncapi.ts';
import { downNotes, upNotes } from '../../../gateway/documents/message-notes.ts';
import { readControlFile } from '../../../gateway/operators/control-file.ts';
import type { UpMessage } from '../../../gateway/wire/message-types.ts';
import { down, up } from '../../../gateway/wire/messages.ts';
import { type DemoShow, findShow } from '../../support/demo-show.ts';
import { RawSocket } from '../../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';

/** These need more than an example: a key's id, a signature, a city that is not there yet. */
const EXPECTED_REFUSALS =
  /^(revokeKey|paymentCallback|putCity|\w*Webhook\w*|(open|close)AnyShow|dropTask) 4\d\d$/;

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { example?: unknown }>> };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let server: ServerProcess;
let show: DemoShow;
let openApi: OpenApi;

beforeAll(async () => {
  server = await startServerProcess();
  const { raw } = await RawSocket.greeted(server.socketUrl);
  show = await findShow(raw, 96);
  raw.close();
  openApi = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as OpenApi;
});

afterAll(() => server?.stop());

/** All `$ref`s in a document, resolved; throws where one leads nowhere. */
function resolveRefs(document: object): number {
  let count = 0;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if (name !== '$ref') visit(member);
      else {
        count++;
        expect(followed(document, String(member)), String(member)).toBeDefined();
      }
    }
  };
  visit(document);
  return count;
}

function followed(document: object, ref: string): unknown {
  expect(ref.startsWith('#/')).toBe(true);
  let at: unknown = document;
  for (const part of ref.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    at = (at as Record<string, unknown> | undefined)?.[name];
  }
  return at;
}

function operations(): readonly Asked[] {
  return Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

function check(schema: object, value: unknown, what: string): void {
  const errors = [...Compile(schema as Parameters<typeof Compile>[0]).Errors(value)];
  expect(errors.slice(0, 3), `${what}: ${JSON.stringify(value)?.slice(0, 300)}`).toEqual([]);
}

interface Asked {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function operation(id: string): Asked {
  const found = operations().find((each) => each.operation.operationId === id);
  if (found === undefined) throw new Error(`there is no operation ${id}`);
  return found;
}

/** The names that the examples give to things, for the paths that ask for them. */
function idsInExamples(): Record<string, string> {
  const ids: Record<string, string> = {};
  for (const [name, id] of [
    ['cinema', 'putCinema'],
    ['hall', 'putHall'],
    ['movie', 'putMovie'],
    ['partner', 'addPartner'],
  ] as const) {
    ids[name] = (exampleIn(operation(id)) as { readonly id: string }).id;
  }
  return ids;
}

function exampleIn({ operation: { requestBody } }: Asked): unknown {
  return Object.values(requestBody?.content ?? {})[0]?.example;
}

/** Sends an operation's example and holds the answer against what is documented. */
async function send(
  asked: Asked,
  place: Readonly<Record<string, string>>,
  authorization: string,
): Promise<{ readonly status: number; readonly json: unknown }> {
  const { path, method, operation: described } = asked;
  const { operationId, requestBody, responses } = described;
  const [type] = Object.keys(requestBody?.content ?? {});
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => place[name] ?? 'none');
  const query = operationId === 'askChanges' ? '?wait=0' : '';
  let example = exampleIn(asked);
  if (place.show !== undefined && typeof example === 'object') {
    example = JSON.parse(JSON.stringify(example).replaceAll('0v1xy2', place.show));
  }
  const body = typeof example === 'string' ? example : JSON.stringify(example);
  const answer = await fetch(server.url + filled + query, {
    method: method.toUpperCase(),
    headers: {
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(authorization === '' ? {} : { authorization }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  const said = `${operationId}: ${answer.status} ${text.slice(0, 300)}`;
  expect(answer.status, said).toBeLessThan(500);
  const named = responses[String(answer.status)] ?? responses.default;
  expect(named, said).toBeDefined();
  const [kind = ''] = (answer.headers.get('content-type') ?? '').split(';');
  if (answer.status >= 400) expect(kind, said).toBe('application/problem+json');
  const json: unknown = kind.endsWith('json') ? JSON.parse(text) : undefined;
  const found = Object.entries(named?.content ?? {}).find(([each]) => each.startsWith(kind));
  const schema = found?.[1].schema;
  if (schema !== undefined && !('$ref' in schema)) check(schema, json, operationId);
  return { status: answer.status, json };
}

describe('the OpenAPI document', () => {
  it('has refs that lead somewhere, unique ids, and declares what is in its paths', () => {
    expect(resolveRefs(openApi)).toBeGreaterThan(5);
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations()) {
      const named = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
      const declared = operation.parameters.filter((each) => each.in === 'path');
      expect(declared.map(({ name }) => name).sort()).toEqual(named.sort());
    }
  });

  it('every write has an example', () => {
    const without = operations()
      .filter(({ operation }) => operation.requestBody !== undefined)
      .filter(({ operation }) =>
        Object.values(operation.requestBody?.content ?? {}).some((each) => !('example' in each)),
      )
      .map(({ operation }) => operation.operationId);
    expect(without).toEqual([]);
  });

  it('each example is sent to a real server, and answered as it says it will be', async () => {
    const facts = readControlFile(server.data);
    const operator = `Bearer ${facts?.token}`;
    const { json: made } = await send(operation('addPartner'), {}, operator);
    const partner = `Bearer ${(made as { readonly key: string }).key}`;
    const { json: session } = await send(operation('openSession'), {}, '');
    const person = `Bearer ${(session as { readonly token: string }).token}`;
    const place: Record<string, string> = { ...idsInExamples(), city: show.details.city.id };
    const refused: string[] = [];
    const writes = ['putCinema', 'putHall', 'putMovie', 'scheduleShow'];
    const last = ['cancelShow', 'revokeKey'];
    const rest = operations().map((each) => each.operation.operationId);
    const middle = rest.filter((id) => ![...writes, ...last, 'addPartner'].includes(id));
    const sent = [...writes, ...middle, ...last];
    for (const id of sent) {
      const asked = operation(id);
      const key = asked.path.includes('/operator/') ? operator : partner;
      const isPartners = /\/(operator|partner)\//.test(asked.path);
      const here = isPartners ? place : { ...place, show: show.id, movie: show.details.movie.id };
      const told = await send(asked, here, isPartners ? key : person);
      if (told.status >= 400) refused.push(`${id} ${told.status}`);
      if (id === 'scheduleShow') place.show = (told.json as { readonly id: string }).id;
    }
    expect(new Set([...sent, 'addPartner'])).toEqual(new Set(rest));
    // What is about bookings, keys and callbacks that are not there; all else succeeds.
    expect(refused.filter((each) => !EXPECTED_REFUSALS.test(each))).toEqual([]);
  });
});

describe('the AsyncAPI document', () => {
  it('has refs that lead somewhere and knows every message', async () => {
    const document = (await (await fetch(`${server.url}/api/v1/asyncapi.json`)).json()) as {
      readonly components: { readonly messages: object };
    };
    expect(resolveRefs(document)).toBeGreaterThan(50);
    expect(Object.keys(document.components.messages).sort()).toEqual(
      [...Object.keys(up), ...Object.keys(down)].sort(),
    );
  });

  it.each([
    ['up', up, upNotes],
    ['down', down, downNotes],
  ] as const)('every example of the table %s fits its schema', (_, table, notes) => {
    for (const [type, shape] of Object.entries(table)) {
      const note = (notes as Readonly<Record<string, { readonly example: object }>>)[type];
      check(messageSchema(type, shape), { type, ...note?.example }, type);
    }
  });

  it('each example is sent to a real show and answered as documented', async () => {
    const raw = await RawSocket.open(server.socketUrl, 'json');
    const real: Record<string, unknown> = { show: show.id, city: show.details.city.id };
    real.movie = show.details.movie.id;
    const heard = new Set<string>();
    const order = ['hello', 'watch', 'hold', 'change', 'mine', 'pay', 'book', 'tickets', 'cancel'];
    const rest = Object.keys(up).filter((type) => !order.includes(type));
    for (const type of [...order, ...rest] as UpMessage['type'][]) {
      const { example, answers = [] } = upNotes[type];
      const message: Record<string, unknown> = { type, ...example };
      for (const name of Object.keys(example)) if (name in real) message[name] = real[name];
      raw.socket.send(JSON.stringify(message));
      const requestId = message.requestId;
      const found = await raw.next((each) => 'requestId' in each && each.requestId === requestId);
      const answer = JSON.parse(String(found?.bytes)) as Record<string, unknown>;
      const name = String(answer.type);
      expect([...answers, 'error'], `${type} → ${JSON.stringify(answer)}`).toContain(name);
      check(messageSchema(name, down[name as keyof typeof down]), answer, name);
      heard.add(name);
      if (answer.type === 'held') real.hold = answer.hold;
      if (answer.type === 'booked') {
        real.booking = answer.booking;
        real.bookings = [answer.booking];
      }
    }
    for (const type of ['welcome', 'held', 'mineFound', 'watching', 'moviesFound', 'showFound']) {
      expect(heard).toContain(type);
    }
    raw.close();
  });
});

describe.each(['http', 'socket'])('the page /docs/%s', (name) => {
  it('is one file that fetches and runs nothing', async () => {
    const answer = await fetch(`${server.url}/docs/${name}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await answer.text();
    expect(html).not.toMatch(/<script|<link[^>]*stylesheet|@import|url\(|src="http/);
    for (const [, id] of html.matchAll(/href="#([^"]+)"/g)) expect(html).toContain(`id="${id}"`);
    const known = name === 'http' ? operations().map((each) => each.operation.operationId) : [];
    for (const id of [...known, ...(name === 'socket' ? Object.keys({ ...up, ...down }) : [])]) {
      expect(html).toContain(`id="${id}"`);
    }
  });
});
