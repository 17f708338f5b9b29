/** The on-sale in PostgreSQL, in a short form, and its queries on faults made on purpose. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../../bench/load/children.ts';
import {
  FILL_ONSALE,
  ONSALE_SCHEMA,
  OVERTAKINGS,
  SOLD_TWICE,
} from '../../../bench/peers/onsale-schema.ts';
import type { PeerServer } from '../../../bench/peers/peer-server.ts';
import { startPostgres } from '../../../bench/peers/peer-server.ts';
import { postgresOnsale } from '../../../bench/peers/postgres-onsale.ts';

const FETCH_MS = 120_000;
const children = new Children();
const progress = { stretch: () => undefined, stop: () => undefined };

afterAll(() => children.killAll());

describe('an on-sale in PostgreSQL', () => {
  it(
    'sells every seat once, and to those who waited too',
    async () => {
      const buyers = Array.from({ length: 400 }, (_, index) => ({
        party: 1 + (index % 4),
        abandons: index % 3 === 0,
      }));
      const report = await postgresOnsale(
        children,
        { seats: 100, buyers, connections: 8 },
        progress,
      );
      expect(report.warnings).toEqual([]);
      expect(report.verdict).toMatchObject({ seatsSoldTwice: 0, findings: [] });
      expect(report.verdict?.decisionsAudited).toBeGreaterThan(400);
      const unsold = report.figures.find(({ name }) => name === 'seats left unsold, PostgreSQL');
      expect(unsold?.value).toBe(0);
      expect(report.figures[0]?.value).toBeGreaterThan(0);
    },
    FETCH_MS,
  );
});

describe('its decisions', () => {
  let server: PeerServer;
  let client: pg.Client;
  const one = async (text: string) => (await client.query({ text, rowMode: 'array' })).rows[0];

  beforeAll(async () => {
    server = await startPostgres(children);
    client = new pg.Client({ host: server.socket, user: 'usher', database: 'postgres' });
    await client.connect();
    await client.query(ONSALE_SCHEMA);
    await client.query(FILL_ONSALE, [5]);
  }, FETCH_MS);

  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  it('put into line who finds too few seats, and serve the first when some come back', async () => {
    const [first] = (await one('SELECT arrive(1, 4)')) ?? [];
    expect(Number(first)).toBeGreaterThan(0);
    expect(await one('SELECT arrive(2, 3)')).toEqual(['0']);
    // One seat is free, but somebody waits.
    expect(await one('SELECT arrive(3, 1)')).toEqual(['0']);
    expect(await one('SELECT arrive(4, 6)')).toEqual(['-1']);
    const { rows } = await client.query(`SELECT served, new_hold FROM abandon(${first})`);
    expect(rows.map(({ served }) => served)).toEqual([2, 3]);
    expect(await one(OVERTAKINGS)).toEqual(['0']);
    expect((await client.query(SOLD_TWICE)).rows).toEqual([]);
  });

  it('are seen through where one overtook or a seat was sold twice', async () => {
    await client.query(`
      INSERT INTO waiters VALUES (1000, 7, 1, 1001, 1005);
      INSERT INTO holds VALUES
        (1003, 1002, 8, '{1}', 'booked'), (1007, 1006, 9, '{1}', 'booked');`);
    expect(await one(OVERTAKINGS)).toEqual(['1']);
    expect((await client.query(SOLD_TWICE)).rows).toEqual([{ seat: 1 }]);
  });
});
