/**
 * One show's sale in PostgreSQL as it is usually built, a function a decision: free seats are
 * locked with SKIP LOCKED, who finds none is put into a table of waiters, and whatever frees seats
 * serves the head of that table in the same transaction.
 *
 * All that happens in order draws its number from one sequence, so that afterwards a query can
 * tell who was given seats while an earlier one waited.
 */
export const ONSALE_SCHEMA = `
CREATE SEQUENCE moments;
CREATE TABLE seats (
  seat integer PRIMARY KEY,
  hold bigint NOT NULL DEFAULT 0,
  booked boolean NOT NULL DEFAULT false
);
CREATE INDEX free_seats ON seats (seat) WHERE hold = 0;
CREATE INDEX unbooked_seats ON seats (seat) WHERE NOT booked;
-- A hold's number is the moment when it was granted.
CREATE TABLE holds (
  hold bigint PRIMARY KEY,
  ticket bigint NOT NULL,
  contender integer NOT NULL,
  seats integer[] NOT NULL,
  state text NOT NULL DEFAULT 'held'
);
CREATE TABLE waiters (
  ticket bigint PRIMARY KEY,
  contender integer NOT NULL,
  party integer NOT NULL,
  joined bigint NOT NULL,
  ended bigint
);
CREATE INDEX waiting ON waiters (ticket) WHERE ended IS NULL;

-- The best free seats: a lower number is nearer to the best point of the hall. 0: too few.
CREATE FUNCTION grant_seats(for_ticket bigint, for_contender integer, party integer)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  found integer[];
  new_hold bigint;
BEGIN
  SELECT array_agg(seat) INTO found FROM (
    SELECT seat FROM seats WHERE hold = 0 ORDER BY seat LIMIT party FOR UPDATE SKIP LOCKED
  ) best;
  IF found IS NULL OR cardinality(found) < party THEN
    RETURN 0;
  END IF;
  new_hold := nextval('moments');
  UPDATE seats SET hold = new_hold WHERE seat = ANY (found);
  INSERT INTO holds VALUES (new_hold, for_ticket, for_contender, found);
  RETURN new_hold;
END $$;

-- A hold's number; 0: put in line; -1: sold out for a party of this size.
CREATE FUNCTION arrive(by_contender integer, party integer)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  own_ticket bigint := nextval('moments');
  granted bigint;
BEGIN
  IF (SELECT count(*) FROM (SELECT 1 FROM seats WHERE NOT booked LIMIT party) pool) < party THEN
    RETURN -1;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM waiters WHERE ended IS NULL) THEN
    granted := grant_seats(own_ticket, by_contender, party);
    IF granted > 0 THEN
      RETURN granted;
    END IF;
  END IF;
  INSERT INTO waiters VALUES (own_ticket, by_contender, party, nextval('moments'));
  RETURN 0;
END $$;

-- Serves the head while its party fits; ends whoever can never fit, with hold 0.
CREATE FUNCTION serve() RETURNS TABLE (served integer, new_hold bigint) LANGUAGE plpgsql AS $$
DECLARE
  head waiters;
  pool integer;
BEGIN
  pool := (SELECT count(*) FROM (SELECT 1 FROM seats WHERE NOT booked LIMIT 10) unbooked);
  IF pool < 10 THEN
    RETURN QUERY UPDATE waiters SET ended = nextval('moments')
      WHERE ended IS NULL AND party > pool RETURNING contender, 0::bigint;
  END IF;
  LOOP
    EXIT WHEN NOT EXISTS (SELECT 1 FROM waiters WHERE ended IS NULL);
    SELECT * INTO head FROM waiters WHERE ended IS NULL ORDER BY ticket LIMIT 1 FOR UPDATE;
    -- Another transaction served it while this one waited for it: look again.
    CONTINUE WHEN NOT FOUND;
    new_hold := grant_seats(head.ticket, head.contender, head.party);
    EXIT WHEN new_hold = 0;
    UPDATE waiters SET ended = new_hold WHERE ticket = head.ticket;
    served := head.contender;
    RETURN NEXT;
  END LOOP;
END $$;

CREATE FUNCTION book(of_hold bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  UPDATE seats SET booked = true
    WHERE seat = ANY ((SELECT seats FROM holds WHERE hold = of_hold)::integer[]) AND hold = of_hold;
  UPDATE holds SET state = 'booked' WHERE hold = of_hold;
  RETURN of_hold;
END $$;

CREATE FUNCTION abandon(of_hold bigint)
RETURNS TABLE (served integer, new_hold bigint) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE seats SET hold = 0
    WHERE seat = ANY ((SELECT seats FROM holds WHERE hold = of_hold)::integer[]) AND hold = of_hold;
  UPDATE holds SET state = 'abandoned' WHERE hold = of_hold;
  RETURN QUERY SELECT * FROM serve();
END $$;
`;

export const FILL_ONSALE = 'INSERT INTO seats (seat) SELECT generate_series(0, $1 - 1)';

export const UNSOLD = 'SELECT seat FROM seats WHERE NOT booked';

/** Seats of more than one booking. */
export const SOLD_TWICE = `
SELECT seat FROM holds, unnest(seats) AS seat WHERE state = 'booked'
GROUP BY seat HAVING count(*) > 1`;

/** Grants to one who came later than another who was waiting at that moment. */
export const OVERTAKINGS = `
SELECT count(*) AS overtakings FROM holds
WHERE EXISTS (
  SELECT 1 FROM waiters
  WHERE ticket < holds.ticket AND joined < hold AND (ended IS NULL OR ended > hold)
)`;
