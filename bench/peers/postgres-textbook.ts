/**
 * PostgreSQL as textbooks have it and most programs write it: a transaction a decision, of four
 * statements and as many round trips, with a row lock that others wait for.
 */
import type pg from 'pg';
import type { PeerClient } from './peer-client.ts';
import {
  connectPostgres,
  fillPostgres,
  type PostgresOptions,
  reckonPostgres,
} from './postgres-client.ts';

const LOCK =
  'SELECT hold, until < now() AS lapsed FROM seats WHERE show = $1 AND seat = $2 FOR UPDATE';
const TAKE = `
UPDATE seats SET hold = nextval('holds'), holder = $3, until = now() + interval '5 minutes'
WHERE show = $1 AND seat = $2 RETURNING hold`;
const FREE = `
UPDATE seats SET hold = 0, holder = 0, until = '-infinity' WHERE show = $1 AND seat = $2`;

/** @throws Error where the server cannot be reached. */
export async function openTextbook(options: PostgresOptions): Promise<PeerClient> {
  const { socket, connections, commitDelayUs } = options;
  const settings = { pipeline: false, commitDelayUs };
  const keeper = await connectPostgres(socket, settings);
  await fillPostgres(keeper, options);
  const clients = await Promise.all(
    Array.from({ length: connections }, () => connectPostgres(socket, settings)),
  );
  const clientOf = (connection: number): pg.Client => clients[connection] ?? keeper;
  return {
    hold: (connection, show, seat, answered) => {
      take(clientOf(connection), show, seat, connection + 1).then(answered, answered);
    },
    release: (connection, show, seat, hold, answered) => {
      free(clientOf(connection), show, seat, hold).then(answered, answered);
    },
    reckon: () => reckonPostgres(keeper),
    close: async () => {
      await Promise.all([keeper, ...clients].map((client) => client.end()));
    },
  };
}

async function take(client: pg.Client, show: number, seat: number, user: number): Promise<number> {
  await client.query('BEGIN');
  const locked = await client.query({ name: 'lock', text: LOCK, values: [show, seat] });
  const row: Readonly<Record<string, unknown>> | undefined = locked.rows[0];
  if (row === undefined || (Number(row.hold) !== 0 && row.lapsed !== true)) {
    await client.query('ROLLBACK');
    return 0;
  }
  const taken = await client.query({ name: 'take', text: TAKE, values: [show, seat, user] });
  await client.query('COMMIT');
  return Number(taken.rows[0]?.hold);
}

async function free(client: pg.Client, show: number, seat: number, hold: number): Promise<number> {
  await client.query('BEGIN');
  const locked = await client.query({ name: 'lock', text: LOCK, values: [show, seat] });
  if (Number(locked.rows[0]?.hold) !== hold) {
    await client.query('ROLLBACK');
    return 0;
  }
  await client.query({ name: 'free', text: FREE, values: [show, seat] });
  await client.query('COMMIT');
  return hold;
}
