/**
 * PostgreSQL with row locks, as the seed document advises: in its best form one call of a function
 * a decision, prepared, which does not wait for rows that others have locked; and as textbooks
 * have it, four statements a transaction.
 */
import pg from 'pg';
import type { Peer, PeerPlace } from './peer.ts';

const SCHEMA = `
  CREATE TABLE seats (
    show integer NOT NULL, seat integer NOT NULL, state smallint NOT NULL DEFAULT 0,
    holder integer, hold bigint, until timestamptz, PRIMARY KEY (show, seat)
  ) WITH (fillfactor = 40);
  CREATE SEQUENCE holds CACHE 100;
  CREATE FUNCTION hold_seats(wanted_show integer, wanted integer[], who integer) RETURNS bigint
  LANGUAGE plpgsql AS $$
  DECLARE
    found integer;
    number bigint;
  BEGIN
    PERFORM 1 FROM seats WHERE show = wanted_show AND seat = ANY (wanted) AND state = 0
      ORDER BY seat FOR UPDATE SKIP LOCKED;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF found < cardinality(wanted) THEN RETURN 0; END IF;
    number := nextval('holds');
    UPDATE seats SET state = 1, holder = who, hold = number, until = now() + interval '5 minutes'
      WHERE show = wanted_show AND seat = ANY (wanted);
    RETURN number;
  END $$;
  CREATE FUNCTION release_seats(wanted_show integer, wanted integer[], number bigint, who integer)
  RETURNS integer LANGUAGE plpgsql AS $$
  DECLARE
    found integer;
  BEGIN
    UPDATE seats SET state = 0, holder = NULL, hold = NULL, until = NULL
      WHERE show = wanted_show AND seat = ANY (wanted) AND hold = number AND holder = who;
    GET DIAGNOSTICS found = ROW_COUNT;
    RETURN found;
  END $$;`;

export async function connectPostgres({ path, port }: PeerPlace): Promise<pg.Client> {
  const client = new pg.Client({ host: path, port, user: 'bench', database: 'postgres' });
  await client.connect();
  return client;
}

/** Once, before anybody holds anything. */
export async function createSeats(place: PeerPlace): Promise<void> {
  const client = await connectPostgres(place);
  await client.query(SCHEMA);
  const rows = 'SELECT show, seat FROM generate_series(0, $1 - 1) show';
  const all = `INSERT INTO seats (show, seat) ${rows}, generate_series(0, $2 - 1) seat`;
  await client.query(all, [place.shows, place.seats]);
  await client.query('ANALYZE seats');
  await client.query('CHECKPOINT');
  await client.end();
}

/** One call a decision. */
export class PostgresPeer implements Peer {
  readonly #client: pg.Client;

  constructor(client: pg.Client) {
    this.#client = client;
  }

  async hold(show: number, seat: number, user: number): Promise<number> {
    const { rows } = await this.#client.query<{ number: string }>({
      name: 'hold',
      text: 'SELECT hold_seats($1, $2, $3) AS number',
      values: [show, [seat], user],
    });
    return Number(rows[0]?.number ?? 0);
  }

  async release(show: number, seat: number, hold: number, user: number): Promise<boolean> {
    const { rows } = await this.#client.query<{ found: number }>({
      name: 'release',
      text: 'SELECT release_seats($1, $2, $3, $4) AS found',
      values: [show, [seat], hold, user],
    });
    return rows[0]?.found === 1;
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}

/** BEGIN, SELECT … FOR UPDATE, UPDATE, COMMIT. */
export class TextbookPeer implements Peer {
  readonly #client: pg.Client;

  constructor(client: pg.Client) {
    this.#client = client;
  }

  async hold(show: number, seat: number, user: number): Promise<number> {
    const client = this.#client;
    await client.query('BEGIN');
    const { rows } = await client.query<{ state: number }>(
      'SELECT state FROM seats WHERE show = $1 AND seat = $2 FOR UPDATE',
      [show, seat],
    );
    if (rows[0]?.state !== 0) {
      await client.query('ROLLBACK');
      return 0;
    }
    const set = "state = 1, holder = $3, hold = nextval('holds'), until = now() + interval '5 min'";
    const held = await client.query<{ hold: string }>(
      `UPDATE seats SET ${set} WHERE show = $1 AND seat = $2 RETURNING hold`,
      [show, seat, user],
    );
    await client.query('COMMIT');
    return Number(held.rows[0]?.hold ?? 0);
  }

  async release(show: number, seat: number, hold: number, user: number): Promise<boolean> {
    const client = this.#client;
    await client.query('BEGIN');
    await client.query('SELECT state FROM seats WHERE show = $1 AND seat = $2 FOR UPDATE', [
      show,
      seat,
    ]);
    const set = 'state = 0, holder = NULL, hold = NULL, until = NULL';
    const { rowCount } = await client.query(
      `UPDATE seats SET ${set} WHERE show = $1 AND seat = $2 AND hold = $3 AND holder = $4`,
      [show, seat, hold, user],
    );
    await client.query('COMMIT');
    return rowCount === 1;
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}
