/**
 * An on-sale in PostgreSQL with the same rules: seats of one show, all or nothing, and a strictly
 * first-come, first-served line. The order needs one lock for the whole show, which each call
 * takes first; a call is one round trip and one transaction.
 */
export const ONSALE_SCHEMA = `
  CREATE TABLE show (
    id integer PRIMARY KEY, free integer NOT NULL, held integer NOT NULL DEFAULT 0
  ) WITH (fillfactor = 10);
  CREATE TABLE seats (
    seat integer PRIMARY KEY, state smallint NOT NULL DEFAULT 0, holder integer
  ) WITH (fillfactor = 50);
  CREATE INDEX free_seats ON seats (seat) WHERE state = 0;
  CREATE INDEX held_seats ON seats (holder) WHERE state = 1;
  CREATE TABLE line (ticket bigserial PRIMARY KEY, who integer NOT NULL, party integer NOT NULL);
  CREATE INDEX large_parties ON line (party);
  CREATE TABLE served (number bigserial PRIMARY KEY, ticket bigint NOT NULL);

  CREATE FUNCTION give(wanted integer, whom integer) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE seats SET state = 1, holder = whom WHERE seat IN (
      SELECT seat FROM seats WHERE state = 0 ORDER BY seat LIMIT wanted);
    UPDATE show SET free = free - wanted, held = held + wanted WHERE id = 1;
  END $$;

  -- 1: held, 2: in the line, 3: too few seats are left.
  CREATE FUNCTION claim(wanted integer, whom integer) RETURNS integer LANGUAGE plpgsql AS $$
  DECLARE
    now_free integer;
    now_held integer;
  BEGIN
    SELECT free, held INTO now_free, now_held FROM show WHERE id = 1 FOR UPDATE;
    IF now_free + now_held < wanted THEN RETURN 3; END IF;
    IF now_free < wanted OR EXISTS (SELECT 1 FROM line) THEN
      INSERT INTO line (who, party) VALUES (whom, wanted);
      RETURN 2;
    END IF;
    PERFORM give(wanted, whom);
    RETURN 1;
  END $$;

  -- Ends the parties that are too large for what is left, and serves the head while it fits:
  -- who + 1 of those served, -(who + 1) of those ended.
  CREATE FUNCTION settle() RETURNS integer[] LANGUAGE plpgsql AS $$
  DECLARE
    now show%ROWTYPE;
    head line%ROWTYPE;
    told integer[];
  BEGIN
    SELECT * INTO now FROM show WHERE id = 1;
    WITH gone AS (DELETE FROM line WHERE party > now.free + now.held RETURNING who)
      SELECT coalesce(array_agg(-(who + 1)), '{}') INTO told FROM gone;
    LOOP
      SELECT * INTO now FROM show WHERE id = 1;
      EXIT WHEN now.free = 0;
      SELECT * INTO head FROM line ORDER BY ticket LIMIT 1;
      EXIT WHEN NOT FOUND OR head.party > now.free;
      DELETE FROM line WHERE ticket = head.ticket;
      INSERT INTO served (ticket) VALUES (head.ticket);
      PERFORM give(head.party, head.who);
      told := told || head.who + 1;
    END LOOP;
    RETURN told;
  END $$;

  CREATE FUNCTION pay(whom integer) RETURNS integer[] LANGUAGE plpgsql AS $$
  DECLARE
    sold integer;
  BEGIN
    PERFORM 1 FROM show WHERE id = 1 FOR UPDATE;
    UPDATE seats SET state = 2 WHERE holder = whom AND state = 1;
    GET DIAGNOSTICS sold = ROW_COUNT;
    UPDATE show SET held = held - sold WHERE id = 1;
    RETURN settle();
  END $$;

  CREATE FUNCTION let_go(whom integer) RETURNS integer[] LANGUAGE plpgsql AS $$
  DECLARE
    freed integer;
  BEGIN
    PERFORM 1 FROM show WHERE id = 1 FOR UPDATE;
    UPDATE seats SET state = 0, holder = NULL WHERE holder = whom AND state = 1;
    GET DIAGNOSTICS freed = ROW_COUNT;
    UPDATE show SET free = free + freed, held = held - freed WHERE id = 1;
    RETURN settle();
  END $$;`;

/** Seats that two have, and tickets served before an earlier one. */
export const ONSALE_FAULTS = `
  SELECT
    (SELECT count(*) FROM seats WHERE state <> 0 AND holder IS NULL) AS unowned,
    (SELECT count(*) FROM (SELECT ticket < lag(ticket) OVER (ORDER BY number) AS late FROM served)
      AS order_served WHERE late) AS overtakings,
    (SELECT count(*) FROM seats WHERE state = 2) AS booked`;
