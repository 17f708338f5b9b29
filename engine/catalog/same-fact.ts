/**
 * Whether two facts say the same, so that a command sent twice writes one event.
 */

/** Deep equality of plain data: objects, arrays, strings, numbers, booleans, null, undefined. */
export function sameFact(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  if (one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const ones = Object.entries(one);
  const others = new Map(Object.entries(other));
  return (
    ones.length === others.size &&
    ones.every(([key, value]) => others.has(key) && sameFact(value, others.get(key)))
  );
}
