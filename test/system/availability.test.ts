/** A list of shows says how full each is, as of a moment ago [C1]. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, type UsherClient } from '../../gateway/client/index.ts';
import { type DemoShow, findShow } from '../support/demo-show.ts';
import { soon } from '../support/payers.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

let server: ServerProcess;
let show: DemoShow;
const clients: UsherClient[] = [];

beforeAll(async () => {
  const flags = ['--demo-days', '1', '--messages-per-second', '0', '--log-level', 'error'];
  server = await startServerProcess({ flags });
  const { raw } = await RawSocket.greeted(server.socketUrl);
  show = await findShow(raw, 60);
  await raw.close();
}, 60_000);

afterAll(async () => {
  for (const client of clients) client.close();
  await server.stop();
});

function somebody(): UsherClient {
  const client = connect({ url: server.socketUrl, WebSocket: WebSocket as never });
  clients.push(client);
  return client;
}

async function listed(): Promise<string | undefined> {
  const { city, movie } = show.details;
  const { cinemas } = await somebody().shows({ city: city.id, movie: movie.id });
  const shows = cinemas.flatMap((each) => each.shows);
  return shows.find(({ id }) => id === show.id)?.availability;
}

describe('a list of shows', () => {
  it('[C1] says of each whether it fills, is only held by others, or is sold out', async () => {
    await soon('it is known', async () => (await listed()) === 'available');
    const people = Array.from({ length: 6 }, () => somebody());
    const holds = [];
    for (const [person, client] of people.entries()) {
      if (person === 5) await soon('it fills', async () => (await listed()) === 'fillingFast');
      const seats = Array.from({ length: 10 }, (_, seat) => 10 * person + seat);
      holds.push(await client.hold(show.id, seats));
    }
    await soon('all is held', async () => (await listed()) === 'waitingList');
    for (const [index, hold] of holds.entries()) {
      if (hold?.type === 'held') await people[index]?.book(show.id, hold.hold);
    }
    await soon('it is sold out', async () => (await listed()) === 'soldOut');
  }, 30_000);
});
