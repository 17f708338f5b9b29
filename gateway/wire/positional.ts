/**
 * The two shapes of one message: a named object in code, and on the wire either a positional
 * array (MessagePack) or a JSON object. Only the shape is mapped here; whether a field's value is
 * allowed is the server's validators' business.
 */
import type { Kind, MessageShape, MessagesOf } from './kinds.ts';

/** A table of messages such as `up` or `down`. */
export type MessageTable = Readonly<Record<string, MessageShape>>;

interface FieldPlan {
  readonly name: string;
  readonly nullable: boolean;
  readonly bytes: boolean;
}

/** One message of a table, ready for mapping. */
export interface MessagePlan {
  readonly type: string;
  readonly code: number;
  readonly fields: readonly FieldPlan[];
}

interface TablePlan {
  readonly byType: ReadonlyMap<string, MessagePlan>;
  /** Indexed by code; holes are codes that no message has. */
  readonly byCode: readonly (MessagePlan | undefined)[];
}

const plans = new WeakMap<MessageTable, TablePlan>();

function fieldPlan([name, kind]: [string, Kind]): FieldPlan {
  return {
    name,
    nullable: kind.endsWith('?'),
    bytes: kind === 'bytes' || kind === 'bytes?',
  };
}

function planOf(table: MessageTable): TablePlan {
  const known = plans.get(table);
  if (known) return known;
  const byType = new Map<string, MessagePlan>();
  const codes: (MessagePlan | undefined)[] = [];
  for (const [type, shape] of Object.entries(table)) {
    const plan = { type, code: shape.code, fields: Object.entries(shape.fields).map(fieldPlan) };
    byType.set(type, plan);
    codes[shape.code] = plan;
  }
  // Filled so that the array has no holes: engines read a dense array faster.
  const plan = { byType, byCode: Array.from(codes) };
  plans.set(table, plan);
  return plan;
}

/** The messages of a table indexed by code; `undefined` where no message has that code. */
export function byCode(table: MessageTable): readonly (MessagePlan | undefined)[] {
  return planOf(table).byCode;
}

type Fields = Readonly<Record<string, unknown>>;

function planOfMessage(table: MessageTable, type: string): MessagePlan {
  const plan = planOf(table).byType.get(type);
  if (!plan) throw new Error(`no message of type ${type} in this table`);
  return plan;
}

/**
 * A message as `[code, field, field …]` in the table's order. A nullable field that is null or
 * missing becomes null. Throws where the table has no message of that type: a caller's bug.
 */
export function toTuple<Table extends MessageTable>(
  table: Table,
  message: MessagesOf<Table>,
): unknown[] {
  const plan = planOfMessage(table, message.type);
  const source = message as unknown as Fields;
  const tuple: unknown[] = [plan.code];
  for (const field of plan.fields) tuple.push(source[field.name] ?? null);
  return tuple;
}

/**
 * The message that a positional array stands for, or `undefined` where no message has its code.
 * Missing fields become null, whether they may be or not, and elements beyond the last field are
 * counted in an extra field `surplus`: both so that a validator can refuse them by name. Values
 * are passed on unchecked.
 */
export function fromTuple<Table extends MessageTable>(
  table: Table,
  tuple: readonly unknown[],
): MessagesOf<Table> | undefined {
  const code = tuple[0];
  const plan = typeof code === 'number' ? planOf(table).byCode[code] : undefined;
  if (!plan) return undefined;
  const message: Record<string, unknown> = { type: plan.type };
  let at = 0;
  for (const field of plan.fields) message[field.name] = tuple[++at] ?? null;
  if (tuple.length > at + 1) message.surplus = tuple.length - at - 1;
  return message as unknown as MessagesOf<Table>;
}

/** A message as `{"type": name, field: value …}`; binary fields become base64url text. */
export function toJson<Table extends MessageTable>(
  table: Table,
  message: MessagesOf<Table>,
): string {
  const plan = planOfMessage(table, message.type);
  const source = message as unknown as Fields;
  const object: Record<string, unknown> = { type: plan.type };
  for (const field of plan.fields) {
    const value = source[field.name] ?? null;
    if (value === null && field.nullable) continue;
    object[field.name] = field.bytes && value instanceof Uint8Array ? toBase64Url(value) : value;
  }
  return JSON.stringify(object);
}

/**
 * The message in a JSON text, or `undefined` where the text is not a JSON object or no message
 * has its type. Missing and surplus fields are treated as in `fromTuple`; text that is not
 * base64url stays text where a field is binary, for the validator to refuse.
 */
export function fromJson<Table extends MessageTable>(
  table: Table,
  text: string,
): MessagesOf<Table> | undefined {
  const object = parseObject(text);
  const type = object?.type;
  const plan = typeof type === 'string' ? planOf(table).byType.get(type) : undefined;
  if (!object || !plan) return undefined;
  const message: Record<string, unknown> = { type: plan.type };
  let known = 1;
  for (const field of plan.fields) {
    const present = Object.hasOwn(object, field.name);
    if (present) known += 1;
    const value = present ? (object[field.name] ?? null) : null;
    const isText = field.bytes && typeof value === 'string';
    message[field.name] = isText ? (fromBase64Url(value) ?? value) : value;
  }
  const surplus = Object.keys(object).length - known;
  if (surplus > 0) message.surplus = surplus;
  return message as unknown as MessagesOf<Table>;
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes as base64url without padding [RFC 4648 §5]. */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  // In slices, because a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The bytes of a base64url text, or `undefined` where it is not one. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
