/**
 * The socket's twin over HTTP, for networks that break WebSockets: a session, its commands, and
 * what is pushed to it by long polling. The messages are those of the socket in their JSON form.
 */
import { Type } from 'typebox';
import { limits } from '../../../engine/limits.ts';
import { ApiProblem, type ApiRequest, type Route, type RouteAnswer, route } from '../api/route.ts';
import type { Lines } from './lines.ts';
import { statusOf } from './statuses.ts';
import { twinLimits } from './twin-limits.ts';

const TAG = 'Booking';
export const LINE_HEADER = 'usher-line';
/** How many news came before each answer. */
const NEWS_HEADER = 'usher-news';

const Message = Type.Object(
  {
    type: Type.String({ minLength: 1, maxLength: 32, description: "The message's name." }),
    requestId: Type.Optional(
      Type.String({ minLength: 1, maxLength: limits.requestIdChars, description: 'Your own.' }),
    ),
  },
  {
    additionalProperties: true,
    description: 'A message of the socket in its JSON form: see /docs/socket for each one.',
  },
);
const Answer = Type.Object(
  { type: Type.String(), requestId: Type.Union([Type.String(), Type.Null()]) },
  { additionalProperties: true, description: 'What the socket would answer.' },
);
const Push = Type.Object({ type: Type.String() }, { additionalProperties: true });
const Welcome = Type.Object({
  type: Type.Literal('welcome'),
  requestId: Type.String(),
  user: Type.String(),
  token: Type.String({ description: 'Send it as "Authorization: Bearer <token>".' }),
  serverMs: Type.Integer(),
  graceMs: Type.Integer(),
  seatsPerRequest: Type.Integer(),
  wireHash: Type.String(),
  line: Type.String({ description: 'Send it as "Usher-Line": this client among a session\'s.' }),
});
const Changes = Type.Object({
  next: Type.Integer({ description: 'The `since` of the next request.' }),
  resync: Type.Boolean({
    description:
      'Something was missed: watch again what you watch, ask `mine`, and go on from `next`.',
  }),
  messages: Type.Array(Push),
});

/** `lines` is undefined where the routes are only described. */
export function sessionRoutes(lines: Lines | undefined): readonly Route[] {
  return [openSession(lines), sendCommands(lines), askChanges(lines)];
}

function openSession(lines: Lines | undefined): Route {
  return route({
    method: 'POST',
    path: '/api/v1/session',
    id: 'openSession',
    tag: TAG,
    summary: 'Open a session, or come back to one',
    description:
      'Answers with the message `welcome`. A token that proves nothing yields a new session, as ' +
      'on the socket.',
    access: 'anyone',
    body: Type.Object(
      { token: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])) },
      { additionalProperties: false },
    ),
    answers: { 201: { description: 'The session.', schema: Welcome } },
    example: {},
    async handle({ body }) {
      const { line, welcome } = await wired(lines).open(body.token ?? undefined);
      line.isNew = false;
      const message = JSON.parse(welcome) as { readonly type: string };
      if (message.type !== 'welcome') return { status: statusOf(message), json: message };
      return { status: 201, json: { ...message, line: line.id } };
    },
  });
}

function sendCommands(lines: Lines | undefined): Route {
  return route({
    method: 'POST',
    path: '/api/v1/commands',
    id: 'sendCommands',
    tag: TAG,
    summary: 'Send a message of the socket, or several in order',
    description:
      'Every message but `hello`. The status is 200 for an answer, 409 where a rule refused ' +
      '(`rejected`) and 4xx or 503 for an `error`; the body is the message that the socket would ' +
      `give. An array of up to ${twinLimits.messagesAtOnce} is taken in its order and answered ` +
      'by an array, with 200. Send it again with the same `requestId` where no answer came: it ' +
      'is decided once. Needs the token of a session, and its line in `Usher-Line`. What is pushed ' +
      'comes by another way, so `Usher-News` says for each answer how many changes came before it.',
    access: 'anyone',
    body: Type.Union([
      Message,
      Type.Array(Message, { minItems: 1, maxItems: twinLimits.messagesAtOnce }),
    ]),
    answers: {
      200: { description: 'Answered.', schema: Type.Union([Answer, Type.Array(Answer)]) },
      400: { description: 'Not understood.', schema: Answer },
      404: { description: 'There is nothing by that name.', schema: Answer },
      409: { description: 'A rule refused, and nothing changed.', schema: Answer },
      503: { description: 'Ask again with the same request id.', schema: Answer },
    },
    example: { type: 'ping', requestId: 'a1' },
    async handle({ body, request }): Promise<RouteAnswer> {
      const desk = wired(lines);
      const line = await desk.find(request.headers.authorization, lineName(request));
      const asked = Array.isArray(body) ? body : [body];
      const told = await Promise.all(asked.map((each) => desk.ask(line, JSON.stringify(each))));
      const answers = told.map(({ text }) => JSON.parse(text) as { readonly type: string });
      const headers = { [NEWS_HEADER]: told.map(({ news }) => news).join(',') };
      const [only] = answers;
      if (Array.isArray(body) || only === undefined) return { status: 200, headers, json: answers };
      return { status: statusOf(only), headers, json: only };
    },
  });
}

function askChanges(lines: Lines | undefined): Route {
  return route({
    method: 'GET',
    path: '/api/v1/changes',
    id: 'askChanges',
    tag: TAG,
    summary: 'Wait for what is pushed to a session',
    description:
      'Changes of the shows that are watched and news of your own, numbered. Ask with the `next` ' +
      'of the answer before; the answer comes as soon as there is any, or empty after `wait` ' +
      'seconds. One request at a time: a second one ends the first. Without `since` it only ' +
      'tells where you are. Needs the token of a session, and its line in `Usher-Line`.',
    access: 'anyone',
    query: Type.Object({
      since: Type.Optional(Type.Integer({ minimum: 0 })),
      wait: Type.Optional(Type.Integer({ minimum: 0, maximum: twinLimits.longestPollS })),
    }),
    answers: { 200: { description: 'What was pushed since.', schema: Changes } },
    async handle({ query, request }): Promise<RouteAnswer> {
      const line = await wired(lines).find(request.headers.authorization, lineName(request));
      const { since, wait = twinLimits.longestPollS } = query;
      if (since !== undefined && line.isNew) {
        line.isNew = false;
        return { status: 200, json: { next: line.last, resync: true, messages: [] } };
      }
      line.isNew = false;
      const isStart = since === undefined;
      const found = await line.poll(since ?? line.last, isStart ? 0 : wait * 1_000);
      const messages = found.messages.map((text) => JSON.parse(text) as unknown);
      return { status: 200, json: { ...found, messages } };
    },
  });
}

function wired(lines: Lines | undefined): Lines {
  if (lines === undefined) throw new Error('these routes are only described here');
  return lines;
}

function lineName({ headers }: ApiRequest): string {
  const name = headers[LINE_HEADER] ?? '';
  if (/^[\w.-]{0,32}$/.test(name)) return name;
  throw new ApiProblem(400, 'invalidLine', 'Send the line that POST /api/v1/session gave you.');
}
