/** Keeps the documents honest: what they show is sent to a real server, and holds there. */
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageSchema } from '../../../gateway/documents/asyncapi.ts';
import { downNotes, upNotes } from '../../../gateway/documents/message-notes.ts';
import type { UpMessage } from '../../../gateway/wire/message-types.ts';
import { down, up } from '../../../gateway/wire/messages.ts';
import { type DemoShow, findShow } from '../../support/demo-show.ts';
import { RawSocket } from '../../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';

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

function operations(): { path: string; method: string; operation: Operation }[] {
  return Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

function check(schema: object, value: unknown, what: string): void {
  const errors = [...Compile(schema as Parameters<typeof Compile>[0]).Errors(value)];
  expect(errors.slice(0, 3), `${what}: ${JSON.stringify(value)?.slice(0, 300)}`).toEqual([]);
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

  it('each example is answered as it says, by a status it names and a body that fits', async () => {
    const city = show.details.city.id;
    const place = { show: show.id, city, movie: show.details.movie.id } as Record<string, string>;
    const session = await fetch(`${server.url}/api/v1/session`, json({}));
    const { token } = (await session.json()) as { readonly token: string };
    let sent = 0;
    for (const { path, method, operation } of operations()) {
      const { operationId, requestBody, responses } = operation;
      const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      const { example } = content ?? {};
      const isPartners = /partner|operator/.test(path);
      const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => place[name] ?? 'none');
      const query = operationId === 'askChanges' ? '?wait=0' : '';
      const body = typeof example === 'string' ? example : JSON.stringify(example);
      const headers = {
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(isPartners ? {} : { authorization: `Bearer ${token}` }),
      };
      const answer = await fetch(server.url + filled + query, {
        method: method.toUpperCase(),
        headers,
        ...(body === undefined ? {} : { body }),
      });
      sent++;
      const named = responses[String(answer.status)] ?? responses.default;
      expect(named, `${operationId} answered ${answer.status}`).toBeDefined();
      const text = await answer.text();
      const [kind = ''] = (answer.headers.get('content-type') ?? '').split(';');
      const shape = (named?.$ref === undefined ? named : undefined)?.content;
      const found = Object.entries(shape ?? {}).find(([each]) => each.startsWith(kind));
      const schema = found?.[1].schema;
      if (schema !== undefined && !('$ref' in schema)) check(schema, JSON.parse(text), operationId);
      if (answer.status >= 400) expect(kind, operationId).toBe('application/problem+json');
      expect(answer.status, `${operationId}: ${text.slice(0, 300)}`).toBeLessThan(500);
    }
    expect(sent).toBe(operations().length);
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

function json(body: unknown): RequestInit {
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}
