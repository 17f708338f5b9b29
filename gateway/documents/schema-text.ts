/** A JSON Schema in a few lines that people read: names, types, what may be left out. */

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

export function schemaText(schema: unknown, indent = ''): string {
  const given = schema as Schema;
  if (given.const !== undefined) return JSON.stringify(given.const);
  if (given.enum !== undefined) return given.enum.map((each) => JSON.stringify(each)).join(' | ');
  if (given.anyOf !== undefined) {
    return given.anyOf.map((each) => schemaText(each, indent)).join(' | ');
  }
  if (given.allOf !== undefined) {
    return given.allOf.map((each) => schemaText(each, indent)).join(' & ');
  }
  if (given.items !== undefined) return arrayText(given.items, indent);
  if (given.properties !== undefined) return objectText(given, indent);
  if (given.patternProperties !== undefined || given.type === 'object') return 'object';
  return `${given.type ?? 'any'}${boundsText(given)}`;
}

function arrayText(items: Schema, indent: string): string {
  const inside = schemaText(items, indent);
  return inside.includes(' | ') && !inside.startsWith('{') ? `(${inside})[]` : `${inside}[]`;
}

function objectText(
  { properties = {}, required = [], additionalProperties }: Schema,
  indent: string,
) {
  const deeper = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? '' : '?';
    const note = schema.description === undefined ? '' : `  // ${schema.description}`;
    return `${deeper}${name}${mark}: ${schemaText(schema, deeper)}${note}`;
  });
  if (additionalProperties === true) lines.push(`${deeper}…`);
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

function boundsText({ type, minimum, maximum, maxLength }: Schema): string {
  if (type === 'string') return maxLength === undefined ? '' : ` (at most ${maxLength})`;
  if (maximum !== undefined) return ` (${minimum ?? '…'}–${maximum})`;
  return '';
}
