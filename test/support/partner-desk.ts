/** A partner, or an operator, at a running server's HTTP interface. */
import { randomUUID } from 'node:crypto';
import { readControlFile } from '../../gateway/operators/control-file.ts';

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  // The tests say what they expect to be in it.
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what is being tested
  readonly json: any;
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
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const json = isJson ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, json };
  }
}

/** Lets a partner in; its desk has a key for everything. */
export async function addPartner(operator: Desk, id: string): Promise<Desk> {
  const asked = { id, name: `Cinemas of ${id}`, email: `box@${id}.example` };
  const { status, json } = await operator.post('/api/v1/operator/partners', asked);
  if (status !== 201) throw new Error(`${id} was not let in: ${JSON.stringify(json)}`);
  return new Desk(operator.url, json.key);
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
  return { show: steps.at(-1)?.json.id, day };
}
