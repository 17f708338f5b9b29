/** A partner, or an operator, at a running server's HTTP interface. */
import { randomUUID } from 'node:crypto';
import { readControlFile } from '../../gateway/operators/control-file.ts';

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
}

/** A text somewhere in an answer, e.g. `text(told, 'items', 0, 'id')`. */
export function text({ json }: Told, ...path: readonly (string | number)[]): string {
  let value = json;
  for (const name of path) value = (value as Readonly<Record<string | number, unknown>>)[name];
  if (typeof value !== 'string') throw new Error(`${path.join('.')} is ${String(value)}`);
  return value;
}

export class Desk {
  readonly url: string;
  readonly key: string | undefined;

  constructor(url: string, key: string | undefined) {
    this.url = url;
    this.key = key;
  }

  /** The operator's, by the file beside the data. */
  static operator(url: string, data: string): Desk {
    const facts = readControlFile(data);
    if (facts === undefined) throw new Error('no server runs on this file');
    return new Desk(url, facts.token);
  }

  get = (path: string) => this.ask('GET', path);
  post = (path: string, body: unknown = {}) => this.ask('POST', path, body);
  put = (path: string, body: unknown) => this.ask('PUT', path, body);
  delete = (path: string) => this.ask('DELETE', path);

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Told> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(this.key === undefined ? {} : { authorization: `Bearer ${this.key}` }),
        ...(body === undefined ? {} : { 'content-type': typeOf(body) }),
        ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isTable(body) ? body : JSON.stringify(body) }),
    });
    const said = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const json: unknown = isJson ? JSON.parse(said) : said;
    return { status: response.status, headers: response.headers, json };
  }
}

/** A text with a line end is a table, anything else is sent as JSON. */
function isTable(body: unknown): body is string {
  return typeof body === 'string' && body.includes('\n');
}

function typeOf(body: unknown): string {
  return isTable(body) ? 'text/csv' : 'application/json';
}

/** Lets a partner in; its desk has a key for everything. */
export async function addPartner(operator: Desk, id: string): Promise<Desk> {
  const asked = { id, name: `Cinemas of ${id}`, email: `box@${id}.example` };
  const told = await operator.post('/api/v1/operator/partners', asked);
  if (told.status !== 201) throw new Error(`${id} was not let in: ${JSON.stringify(told.json)}`);
  return new Desk(operator.url, text(told, 'key'));
}

/** A cinema in Pune, a hall of 6 + 4 seats, a movie, and a show in three days at two. */
export async function openCinema(
  partner: Desk,
  id: string,
): Promise<{ show: string; day: string }> {
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  const film = {
    id: `${id}-film`,
    title: 'The Long Tide',
    minutes: 100,
    languages: ['en'],
    genres: ['drama'],
    rating: '12+',
    synopsis: 'A boat comes in.',
  };
  const steps = [
    await partner.put(`/api/v1/partner/cinemas/${id}-main`, {
      id: `${id}-main`,
      city: 'pune',
      name: `${id} Main`,
      address: '1 Bund Road',
    }),
    await partner.put(`/api/v1/partner/halls/${id}-1`, {
      id: `${id}-1`,
      cinema: `${id}-main`,
      name: 'Screen 1',
      grid: 'A: aaaaaa\nB: bbBb\n',
      tiers: ['Front', 'Back'],
    }),
    await partner.put(`/api/v1/partner/movies/${id}-film`, film),
    await partner.post('/api/v1/partner/shows', {
      hall: `${id}-1`,
      movie: `${id}-film`,
      language: 'en',
      format: '2D',
      prices: { Front: 1_000, Back: 1_500 },
      day,
      time: '14:00',
    }),
  ];
  const wrong = steps.find(({ status }) => status >= 300);
  if (wrong !== undefined) throw new Error(JSON.stringify(wrong.json));
  const [, , , made] = steps;
  if (made === undefined) throw new Error('there are four steps');
  return { show: text(made, 'id'), day };
}
