/** AsyncAPI 3.0 of the socket, from the one table that both sides read and write by. */
import { type TObject, type TSchema, Type } from 'typebox';
import type { MessageShape } from '../wire/kinds.ts';
import { down, SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK, up, WIRE_VERSION } from '../wire/messages.ts';
import { schemaOfKind } from './kind-schemas.ts';
import { downNotes, type MessageNote, upNotes } from './message-notes.ts';
import type { Json } from './openapi.ts';

type Table = Readonly<Record<string, MessageShape>>;
type Notes = Readonly<Record<string, MessageNote>>;

/** A message in its JSON form; a field that may be null may be left out, and nothing else. */
export function messageSchema(type: string, shape: MessageShape): TObject {
  const properties: Record<string, TSchema> = { type: Type.Literal(type) };
  for (const [name, kind] of Object.entries(shape.fields)) {
    const schema = schemaOfKind(kind);
    properties[name] = kind.endsWith('?') ? Type.Optional(schema) : schema;
  }
  return Type.Object(properties, { additionalProperties: false });
}

export function asyncApi(facts: { readonly title: string; readonly description: string }): Json {
  const messages = { ...messagesOf(up, upNotes), ...messagesOf(down, downNotes) };
  const inChannel = Object.fromEntries(
    Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
  );
  return {
    asyncapi: '3.0.0',
    info: { ...facts, version: String(WIRE_VERSION) },
    defaultContentType: 'application/json',
    channels: {
      socket: {
        address: '/ws',
        description: `Subprotocols: ${SUBPROTOCOL_MSGPACK} and ${SUBPROTOCOL_JSON}.`,
        messages: inChannel,
        bindings: { ws: { method: 'GET' } },
      },
    },
    operations: { ...requests(), ...pushes() },
    components: { messages },
  };
}

function messagesOf(table: Table, notes: Notes): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(table).map(([name, shape]) => {
      const note = notes[name];
      const payload = { type: name, ...note?.example };
      return [
        name,
        {
          name,
          summary: note?.says ?? '',
          'x-code': shape.code,
          payload: messageSchema(name, shape),
          examples: [{ name, payload }],
        },
      ];
    }),
  );
}

/** Operations are the server's: what it receives, and what it says of itself. */
function requests(): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(upNotes).map(([name, { says, answers = [] }]) => [
      name,
      {
        action: 'receive',
        channel: { $ref: '#/channels/socket' },
        summary: says,
        messages: [inSocket(name)],
        reply: {
          channel: { $ref: '#/channels/socket' },
          messages: [...answers, 'error'].map(inSocket),
        },
      },
    ]),
  );
}

function pushes(): Record<string, Json> {
  const names = Object.entries(down).filter(([, { fields }]) => !('requestId' in fields));
  return Object.fromEntries(
    names.map(([name]) => [
      `push${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      {
        action: 'send',
        channel: { $ref: '#/channels/socket' },
        summary: (downNotes as Notes)[name]?.says ?? '',
        messages: [inSocket(name)],
      },
    ]),
  );
}

function inSocket(name: string): Json {
  return { $ref: `#/channels/socket/messages/${name}` };
}
