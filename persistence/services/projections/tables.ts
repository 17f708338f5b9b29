/** The tables and views of the projections, made anew. */

const views = ['sales_by_show', 'sales_by_cinema', 'sales_by_day', 'money_by_currency'] as const;
const tables = [
  'p_cities',
  'p_cinemas',
  'p_halls',
  'p_movies',
  'p_shows',
  'p_bookings',
  'p_payments',
] as const;

/** Tables whose rows a rebuild must give again. */
export const projectionTableNames: readonly string[] = tables;

const sold = `
  count(CASE WHEN p_bookings.state = 'booked' THEN 1 END) AS bookings,
  coalesce(sum(CASE WHEN p_bookings.state = 'booked' THEN tickets END), 0) AS tickets,
  coalesce(sum(CASE WHEN p_bookings.state = 'booked' THEN total END), 0) AS revenue,
  coalesce(sum(CASE WHEN p_bookings.state = 'cancelled' THEN tickets END), 0) AS cancelled_tickets`;

export const projectionTables = `
  ${views.map((name) => `DROP VIEW IF EXISTS ${name};`).join('\n')}
  ${tables.map((name) => `DROP TABLE IF EXISTS ${name};`).join('\n')}
  CREATE TABLE p_cities (id TEXT PRIMARY KEY, name TEXT NOT NULL, time_zone TEXT NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE TABLE p_cinemas (
    id TEXT PRIMARY KEY, city TEXT NOT NULL, name TEXT NOT NULL, partner TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE p_halls (id TEXT PRIMARY KEY, cinema TEXT NOT NULL, name TEXT NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE TABLE p_movies (id TEXT PRIMARY KEY, title TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE p_shows (
    id TEXT PRIMARY KEY,
    hall TEXT NOT NULL,
    movie TEXT NOT NULL,
    starts_at_ms INTEGER NOT NULL,
    local_day TEXT NOT NULL,
    currency TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX p_shows_hall ON p_shows (hall, starts_at_ms);
  CREATE TABLE p_bookings (
    show TEXT NOT NULL,
    booking TEXT NOT NULL,
    user TEXT NOT NULL,
    seats TEXT NOT NULL,
    tickets INTEGER NOT NULL,
    total INTEGER NOT NULL,
    booked_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    cancelled_at_ms INTEGER,
    payment INTEGER,
    PRIMARY KEY (show, booking)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE p_payments (
    show TEXT NOT NULL,
    payment INTEGER NOT NULL,
    user TEXT NOT NULL,
    amount INTEGER NOT NULL,
    state TEXT NOT NULL,
    begun_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER,
    reference TEXT,
    captured INTEGER,
    currency TEXT,
    reason TEXT,
    PRIMARY KEY (show, payment)
  ) STRICT, WITHOUT ROWID;
  CREATE VIEW sales_by_show AS
    SELECT p_cinemas.partner, p_cinemas.id AS cinema, p_cinemas.name AS cinema_name,
           p_halls.name AS hall_name, p_movies.title AS movie, p_shows.id AS show,
           p_shows.local_day AS day, p_shows.starts_at_ms, p_shows.currency, ${sold}
    FROM p_shows JOIN p_halls ON p_halls.id = p_shows.hall
    JOIN p_cinemas ON p_cinemas.id = p_halls.cinema
    JOIN p_movies ON p_movies.id = p_shows.movie
    LEFT JOIN p_bookings ON p_bookings.show = p_shows.id
    GROUP BY p_shows.id;
  CREATE VIEW sales_by_cinema AS
    SELECT partner, cinema, cinema_name, currency, count(*) AS shows, sum(bookings) AS bookings,
           sum(tickets) AS tickets, sum(revenue) AS revenue,
           sum(cancelled_tickets) AS cancelled_tickets
    FROM sales_by_show GROUP BY cinema, currency;
  CREATE VIEW sales_by_day AS
    SELECT partner, day, currency, count(*) AS shows, sum(bookings) AS bookings,
           sum(tickets) AS tickets, sum(revenue) AS revenue,
           sum(cancelled_tickets) AS cancelled_tickets
    FROM sales_by_show GROUP BY partner, day, currency;
  CREATE VIEW money_by_currency AS
    SELECT currency, sum(captured) AS captured,
           sum(CASE WHEN state = 'booked' THEN captured ELSE 0 END) AS booked,
           sum(CASE WHEN state = 'owed' THEN captured ELSE 0 END) AS owed,
           sum(CASE WHEN state = 'refunded' THEN captured ELSE 0 END) AS refunded
    FROM p_payments WHERE captured IS NOT NULL GROUP BY currency;
`;
