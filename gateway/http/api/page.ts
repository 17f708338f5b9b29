/**
 * One page of a list that can grow, and the cursor to the next. A cursor is the place of the last
 * item shown, so that what is added or removed meanwhile is neither skipped nor told twice.
 */
import { Type } from 'typebox';
import { ApiProblem, type RouteAnswer } from './route.ts';

const USUAL_ITEMS = 50;
const MOST_ITEMS = 200;

export const PageQuery = Type.Object({
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_ITEMS })),
});

export interface PageWish {
  readonly cursor?: string;
  readonly limit?: number;
}

export function cursorOf(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Undefined for the first page. @throws ApiProblem for a cursor that is none of this list. */
export function placeOf(
  cursor: string | undefined,
  types: readonly ('string' | 'number')[],
): readonly (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const fits =
      Array.isArray(place) &&
      place.length === types.length &&
      place.every((part, index) => typeof part === types[index]);
    if (fits) return place as (string | number)[];
  } catch {
    // Not made here.
  }
  const sentence = 'This is no cursor of this list; take "next" of the page before.';
  throw new ApiProblem(400, 'invalidCursor', sentence);
}

/** In the order of the ids. */
export function page<Item extends { readonly id: string }>(
  items: Iterable<Item>,
  { cursor, limit = USUAL_ITEMS }: PageWish,
): RouteAnswer {
  const [after = ''] = placeOf(cursor, ['string']) ?? [];
  const sorted = [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
  const rest = sorted.filter(({ id }) => id > String(after));
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const isMore = rest.length > limit && last !== undefined;
  return { status: 200, json: { items: shown, ...(isMore ? { next: cursorOf([last.id]) } : {}) } };
}
