/**
 * PostgreSQL in its best form: one round trip a decision, prepared, to a function that locks its
 * rows with SKIP LOCKED, so that a contested seat is refused at once instead of queued for. Holds
 * change no index, so that updates stay within their page.
 */
import pg from 'pg';
import type { Answered, HeldSeat, PeerClient, PeerPlace, Reckoning } from './peer-client.ts';

/** The fill factor leaves room in each page for new versions of its rows. */
export const POSTGRES_SCHEMA = `
DROP TABLE IF EXISTS seats CASCADE;
DROP SEQUENCE IF EXISTS holds;
CREATE SEQUENCE holds CACHE 32;
CREATE TABLE seats (
  show integer NOT NULL,
  seat integer NOT NULL,
  hold bigint NOT NULL DEFAULT 0,
  holder integer NOT NULL DEFAULT 0,
  until timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (show, seat)
) WITH (fillfactor = 50);

CREATE OR REPLACE FUNCTION hold_seats(of_show integer, wanted integer[], by_user integer)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  free integer;
  new_hold bigint := 0;
BEGIN
  PERFORM 1 FROM seats
    WHERE show = of_show AND seat = ANY (wanted) AND (hold = 0 OR until < now())
    FOR UPDATE SKIP LOCKED;
  GET DIAGNOSTICS free = ROW_COUNT;
  IF free < cardinality(wanted) THEN
    RETURN 0;
  END IF;
  new_hold := nextval('holds');
  UPDATE seats SET hold = new_hold, holder = by_user, until = now() + interval '5 minutes'
    WHERE show = of_show AND seat = ANY (wanted);
  RETURN new_hold;
END $$;

CREATE OR REPLACE FUNCTION release_seats(of_show integer, held integer[], of_hold bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  released bigint;
BEGIN
  UPDATE seats SET hold = 0, holder = 0, until = '-infinity'
    WHERE show = of_show AND seat = ANY (held) AND hold = of_hold;
  GET DIAGNOSTICS released = ROW_COUNT;
  RETURN CASE released WHEN cardinality(held) THEN of_hold ELSE 0 END;
END $$;
`;

const FILL = `
INSERT INTO seats (show, seat)
SELECT show, seat FROM generate_series(0, $1 - 1) show, generate_series(0, $2 - 1) seat`;
const HOLD = 'SELECT hold_seats($1, $2, $3)';
const RELEASE = 'SELECT release_seats($1, $2, $3)';

export interface PostgresOptions extends PeerPlace {
  /** The folder of its Unix socket. */
  readonly socket: string;
  /** How long a commit waits for company. */
  readonly commitDelayUs: number;
}

export async function connectPostgres(
  socket: string,
  settings: { readonly pipeline: boolean; readonly commitDelayUs: number },
): Promise<pg.Client> {
  const { pipeline, commitDelayUs } = settings;
  // The types of this release do not know its pipeline mode yet.
  const config: pg.ClientConfig & { readonly pipeline: boolean } = {
    host: socket,
    user: 'usher',
    database: 'postgres',
    options: `-c commit_delay=${commitDelayUs}`,
    pipeline,
  };
  const client = new pg.Client(config);
  await client.connect();
  return client;
}

/** Empty tables, all seats free. */
export async function fillPostgres(client: pg.Client, place: PeerPlace): Promise<void> {
  await client.query(POSTGRES_SCHEMA);
  await client.query(FILL, [place.shows, place.seatsPerShow]);
  await client.query('VACUUM ANALYZE seats');
  await client.query('CHECKPOINT');
}

/** @throws Error where the server cannot be reached. */
export async function openPostgres(options: PostgresOptions): Promise<PeerClient> {
  const { socket, connections, commitDelayUs } = options;
  const keeper = await connectPostgres(socket, { pipeline: false, commitDelayUs: 0 });
  await fillPostgres(keeper, options);
  const clients = await Promise.all(
    Array.from({ length: connections }, () =>
      connectPostgres(socket, { pipeline: true, commitDelayUs }),
    ),
  );
  const ask = (connection: number, query: pg.QueryArrayConfig, answered: Answered) => {
    clients[connection]?.query(query, (error: Error | null, result) => {
      answered(error ?? Number(result.rows[0]?.[0]));
    });
  };
  return {
    hold: (connection, show, seat, answered) => {
      const values = [show, `{${seat}}`, connection + 1];
      ask(connection, { name: 'hold', text: HOLD, values, rowMode: 'array' }, answered);
    },
    release: (connection, show, seat, hold, answered) => {
      const values = [show, `{${seat}}`, hold];
      ask(connection, { name: 'release', text: RELEASE, values, rowMode: 'array' }, answered);
    },
    reckon: () => reckonPostgres(keeper),
    close: async () => {
      await Promise.all([keeper, ...clients].map((client) => client.end()));
    },
  };
}

export async function reckonPostgres(keeper: pg.Client): Promise<Reckoning> {
  const held = await keeper.query('SELECT show, seat, hold FROM seats WHERE hold <> 0');
  const twice = await keeper.query(
    'SELECT 1 FROM seats WHERE hold <> 0 GROUP BY show, seat HAVING count(DISTINCT hold) > 1',
  );
  return { held: held.rows.map(heldSeat), heldTwice: twice.rows.length };
}

function heldSeat(row: Readonly<Record<string, unknown>>): HeldSeat {
  return { show: Number(row.show), seat: Number(row.seat), hold: Number(row.hold) };
}
