/** What partners send and get, as schemas; limits are part of them. */
import { type Static, Type } from 'typebox';

export const Slug = Type.String({ pattern: '^[a-z0-9-]{1,48}$' });
export const ShowIdShape = Type.String({ pattern: '^[a-z0-9-]{1,24}$' });
const Name = Type.String({ minLength: 1, maxLength: 200 });
const Whole = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const Seats = Type.Array(Type.Integer({ minimum: 0, maximum: 99_999 }), {
  minItems: 1,
  maxItems: 20_000,
});

export const CityShape = Type.Object(
  {
    id: Slug,
    name: Name,
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    timeZone: Type.String({ minLength: 1, maxLength: 64 }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  },
  { additionalProperties: false },
);

export const CinemaShape = Type.Object(
  { id: Slug, city: Slug, name: Name, address: Name },
  { additionalProperties: false },
);

export const MovieShape = Type.Object(
  {
    id: Slug,
    title: Name,
    minutes: Type.Integer({ minimum: 1, maximum: 1_440 }),
    languages: Type.Array(Type.String({ pattern: '^[a-z]{2,3}$' }), { minItems: 1, maxItems: 32 }),
    genres: Type.Array(Name, { maxItems: 32 }),
    rating: Name,
    synopsis: Type.String({ minLength: 1, maxLength: 2_000 }),
  },
  { additionalProperties: false },
);

/** A hall's plan in one of the forms that it can be given in. */
export const HallShape = Type.Object(
  {
    id: Slug,
    cinema: Slug,
    name: Name,
    /** pretix's seating plan. */
    plan: Type.Optional(Type.Unknown()),
    /** A drawing in text, with the names of its tiers. */
    grid: Type.Optional(Type.String({ maxLength: 500_000 })),
    tiers: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 16 })),
  },
  { additionalProperties: false },
);

const DiscountShape = Type.Union([
  Type.Object(
    {
      type: Type.Literal('timeOfDay'),
      name: Name,
      fromMinute: Type.Integer({ minimum: 0, maximum: 1_439 }),
      untilMinute: Type.Integer({ minimum: 1, maximum: 1_440 }),
      percent: Type.Integer({ minimum: 1, maximum: 100 }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('nthTicket'),
      name: Name,
      nth: Type.Integer({ minimum: 1, maximum: 1_000 }),
      percent: Type.Integer({ minimum: 1, maximum: 100 }),
    },
    { additionalProperties: false },
  ),
]);

const saleFacts = {
  hall: Slug,
  movie: Slug,
  language: Type.String({ pattern: '^[a-z]{2,3}$' }),
  format: Type.Union([Type.Literal('2D'), Type.Literal('3D'), Type.Literal('IMAX')]),
  /** By the tier's name, in the currency's minor unit [M1]. */
  prices: Type.Record(Type.String(), Whole),
  /** The rules' own where it is left out [M2, M3]. */
  discounts: Type.Optional(Type.Array(DiscountShape, { maxItems: 16 })),
  /** Hours before the start when the sale opens; a fortnight. */
  opensHoursBefore: Type.Optional(Type.Integer({ minimum: 0, maximum: 8_760 })),
  payments: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('provider')])),
  waiting: Type.Optional(Type.Union([Type.Literal('strict'), Type.Literal('backfill')])),
  orphanRule: Type.Optional(Type.Boolean()),
};

const LocalDay = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const LocalTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });

export const ShowShape = Type.Object(
  { ...saleFacts, day: LocalDay, time: LocalTime },
  { additionalProperties: false },
);

export const RepeatedShowShape = Type.Object(
  {
    ...saleFacts,
    fromDay: LocalDay,
    untilDay: LocalDay,
    /** 1 Monday … 7 Sunday; every day where it is left out. */
    weekdays: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { maxItems: 7 })),
    times: Type.Array(LocalTime, { minItems: 1, maxItems: 24 }),
    /** Says what would be done, and does nothing. */
    dryRun: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export type ShowWish = Static<typeof ShowShape>;
export type RepeatedShowWish = Static<typeof RepeatedShowShape>;

export const KeyShape = Type.Object(
  {
    name: Name,
    scopes: Type.Array(
      Type.Union([
        Type.Literal('catalog'),
        Type.Literal('sell'),
        Type.Literal('read'),
        Type.Literal('webhooks'),
      ]),
      { minItems: 1, maxItems: 4 },
    ),
  },
  { additionalProperties: false },
);

export const Anything = Type.Unknown();
