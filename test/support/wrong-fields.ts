/** Every message of a client with every one of its fields wrong in every way, one at a time. */
import type { Kind } from '../../gateway/wire/kinds.ts';
import type { UpMessage } from '../../gateway/wire/message-types.ts';
import { up } from '../../gateway/wire/messages.ts';

export interface WrongField {
  readonly type: UpMessage['type'];
  readonly field: string;
  /** What the field has instead of what it should. */
  readonly value: unknown;
  /** The message as a positional array. */
  readonly tuple: readonly unknown[];
  /** The message as an object. */
  readonly object: Readonly<Record<string, unknown>>;
}

/** A right value of each kind that a client sends. */
const right: Partial<Record<Kind, unknown>> = {
  requestId: 'r1',
  showId: 'nosuch',
  slug: 'pune',
  date: '2030-01-02',
  text: 'any',
  token: 'a.b',
  holdId: 7,
  bookingRef: 'K3X-7QF',
  partySize: 2,
  tier: 0,
  seatList: [1, 2],
  bookingList: ['K3X-7QF'],
};

const notText = [7, true, [], {}, ['a'], 1.5, -1];
const notNumber = ['7', true, [], {}, [7], 1.5, -1, 1e300];

/** Wrong values of each kind; null is added where the field must be there. */
const wrong: Partial<Record<Kind, readonly unknown[]>> = {
  requestId: [...notText, '', 'x'.repeat(33), 'a b', 'ä', 'a\u0000'],
  showId: [...notText, '', 'x'.repeat(25), 'UPPER', 'a/b', '../a', 'ä'],
  slug: [...notText, '', 'x'.repeat(49), 'Pune', 'a b', '<b>'],
  date: [...notText, '', 'today', '2030-1-2', '20300102', '2030-01-02T', '٢٠٣٠-٠١-٠٢'],
  text: [...notText, 'x'.repeat(129)],
  token: [...notText, '', 'x'.repeat(257)],
  holdId: notNumber,
  bookingRef: [...notText, '', 'k3x', 'x'.repeat(49), 'K3X 7QF'],
  partySize: [...notNumber, 0, 65, 1_000],
  tier: [...notNumber, 16, 255],
  seatList: [7, '7', true, {}, [-1], [1.5], ['1'], [[1]], [null], [true], [1, -2]],
  bookingList: [7, 'K3X', true, {}, [7], [''], ['k3x'], [null], [['K3X']]],
};

export function wrongFields(): readonly WrongField[] {
  return Object.entries(up).flatMap(([name, shape]) => {
    const type = name as UpMessage['type'];
    const fields = Object.entries(shape.fields as Record<string, Kind>);
    const good = Object.fromEntries(fields.map(([field, kind]) => [field, right[base(kind)]]));
    return fields.flatMap(([field, kind]) => {
      const values = [...(wrong[base(kind)] ?? []), ...(kind.endsWith('?') ? [] : [null])];
      return values.map((value): WrongField => {
        const object = { type, ...good, [field]: value };
        const tuple = [
          shape.code,
          ...fields.map(([each]) => (each === field ? value : good[each])),
        ];
        return { type, field, value, tuple, object };
      });
    });
  });
}

function base(kind: Kind): Kind {
  return (kind.endsWith('?') ? kind.slice(0, -1) : kind) as Kind;
}
