/** Proves that SDK and server speak the same wire, in both subprotocols, browsing to refund. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, type ShowId, showId, type UsherClient } from '../../../gateway/client/index.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { until } from './stub-server.ts';

let server: ServerProcess;
const clients: UsherClient[] = [];

beforeAll(async () => {
  server = await startServerProcess();
});

afterAll(async () => {
  for (const client of clients) client.close();
  await server?.stop();
});

async function open(protocol: 'msgpack' | 'json', token?: string): Promise<UsherClient> {
  const client = connect({ url: server.socketUrl, WebSocket, protocol, token });
  clients.push(client);
  await client.ready();
  return client;
}

/** The show of a city that starts last, so that it does not begin meanwhile. */
async function someShow(client: UsherClient, city: string): Promise<ShowId> {
  const { movies } = await client.movies({ city });
  const { cinemas } = await client.shows({ city, movie: movies[0]?.id ?? '' });
  const shows = cinemas.flatMap((cinema) => cinema.shows);
  const last = shows.sort((a, b) => b.startsAtMs - a.startsAtMs)[0];
  return showId(last?.id ?? '');
}

function only<Name extends string, Answer extends { readonly type: string }>(
  answer: Answer,
  type: Name,
): Extract<Answer, { readonly type: Name }> {
  expect(answer).toMatchObject({ type });
  return answer as Extract<Answer, { readonly type: Name }>;
}

describe.each([
  ['msgpack', 'pune'],
  ['json', 'tokyo'],
] as const)('the SDK and the real server, %s', (protocol, city) => {
  it('[C1] browses from the cities to a seat map', async () => {
    const client = await open(protocol);
    expect((await client.cities()).cities.map(({ id }) => id)).toContain(city);
    const all = (await client.movies({ city })).movies;
    const genre = all[0]?.genres[0] ?? '';
    const some = (await client.movies({ city, genre })).movies;
    expect(some.length).toBeGreaterThan(0);
    expect(some.every((movie) => movie.genres.includes(genre))).toBe(true);
    const answer = await client.show(await someShow(client, city));
    expect(only(answer, 'showFound').details.layout.runs.length).toBeGreaterThan(0);
    const none = await client.show(showId('no-such-show')).catch((error: unknown) => error);
    expect(none).toMatchObject({ reason: expect.stringMatching(/notFound|showNotFound/) });
  });

  it('holds, changes, releases, books and cancels, and sees it all live', async () => {
    const client = await open(protocol);
    const other = await open(protocol);
    const show = await someShow(client, city);
    const live = other.watch(show);
    await until(() => live.fresh, 'a snapshot');
    const hold = only(await client.hold(show, [0, 1]), 'held');
    await until(() => live.state(0) === 'held', 'the other sees the hold');
    expect(only(await other.hold(show, [1, 2]), 'rejected')).toMatchObject({
      reason: 'seatsTaken',
      details: { seats: [1] },
    });
    const changed = only(await client.change(show, hold.hold, [1, 2, 3]), 'held');
    expect(changed.deadlineMs).toBe(hold.deadlineMs);
    expect(changed.prices).toHaveLength(3);
    const off = changed.discounts.reduce((sum, line) => sum + line.off, 0);
    expect(off).toBeGreaterThan(0);
    await until(() => live.state(0) === 'free' && live.state(3) === 'held', 'the change');
    const best = only(await other.holdBest(show, 2), 'held');
    only(await other.release(show, best.hold), 'released');
    const booked = only(await client.book(show, hold.hold), 'booked');
    await until(() => live.state(2) === 'booked', 'the booking');
    const tickets = only(await client.tickets(show, booked.booking), 'ticketsFound').tickets;
    expect(tickets.map(({ seat }) => seat)).toEqual([1, 2, 3]);
    expect(client.mineOf(show)).toEqual((await client.mine()).shows[0]);
    const [outcome] = await client.cancelMany([{ show, bookings: [booked.booking] }]);
    expect(outcome?.outcome).toMatchObject({ type: 'cancelled', refund: booked.total });
    await until(() => live.state(2) === 'free', 'the cancellation');
    expect(live.counts.free).toBeGreaterThan(0);
  });

  it('[W9] the same session from elsewhere has the same hold, and hears of changes', async () => {
    const client = await open(protocol);
    const show = await someShow(client, city);
    const held = only(await client.holdBest(show, 1), 'held');
    const tab = await open(protocol, client.token ?? '');
    expect(tab.user).toBe(client.user);
    await until(() => tab.mineOf(show).holds.length === 1, 'the hold in the other tab');
    only(await tab.release(show, held.hold), 'released');
    await until(() => client.mineOf(show).holds.length === 0, 'the release in the first tab');
  });

  it('[H6] nobody else can touch a hold', async () => {
    const client = await open(protocol);
    const show = await someShow(client, city);
    const held = only(await client.holdBest(show, 1), 'held');
    const thief = await open(protocol);
    for (const attempt of [thief.release(show, held.hold), thief.book(show, held.hold)]) {
      expect(only(await attempt, 'rejected').reason).toBe('holdNotFound');
    }
    only(await client.release(show, held.hold), 'released');
  });

  it('a token that was never issued starts a new session', async () => {
    const client = await open(protocol, 'made-up');
    expect(client.user).toMatch(/./);
    expect(client.token).not.toBe('made-up');
  });
});
