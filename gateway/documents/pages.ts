/** The two pages: HTTP from the routes, the socket from the table of messages. */
import type { Route } from '../http/api/route.ts';
import type { MessageShape } from '../wire/kinds.ts';
import { down, SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK, up } from '../wire/messages.ts';
import { toTuple } from '../wire/positional.ts';
import { messageSchema } from './asyncapi.ts';
import { downNotes, type MessageNote, upNotes } from './message-notes.ts';
import { block, escapeHtml, jsonText, type PageEntry, renderPage, sentence } from './page.ts';
import { exampleOf } from './route-examples.ts';
import { schemaText } from './schema-text.ts';

export function httpPage(routes: readonly Route[], title: string): string {
  const tags = [...new Set(routes.map((route) => route.tag))];
  return renderPage({
    title,
    lead:
      `<p>${sentence(
        'Bodies are JSON. A refusal is a problem by RFC 9457: its `code` is stable and for ' +
          'programs, its `detail` says what to do, `errors` point to what is wrong. A write may ' +
          'carry an `Idempotency-Key` and be sent again with it. Too many requests are answered ' +
          '429, with `Retry-After`.',
      )}</p>` +
      '<p><a href="/api/v1/openapi.json">OpenAPI 3.1</a> · <a href="/docs/socket">The socket</a></p>',
    sections: tags.map((tag) => ({
      title: tag,
      entries: routes.filter((route) => route.tag === tag).map(routeEntry),
    })),
  });
}

function routeEntry(route: Route): PageEntry {
  const { id, method, path, summary, description, access, scope, params, query } = route;
  const key = { anyone: '', partner: "A partner's key", operator: "The operator's key" }[access];
  const needs = scope === undefined ? key : `${key} with the scope \`${scope}\``;
  const parts = [
    `<h3><span class="badge ${method.toLowerCase()}">${method}</span><code>${escapeHtml(path)}</code></h3>`,
    `<p>${sentence(summary)}.</p>`,
    needs === '' ? '' : `<p class="soft">Needs: ${sentence(needs)}.</p>`,
    description === undefined ? '' : `<p>${sentence(description)}</p>`,
    params === undefined ? '' : `<h4>In the path</h4>${block(schemaText(params))}`,
    query === undefined ? '' : `<h4>Query</h4>${block(schemaText(query))}`,
    bodyPart(route),
    `<h4>Answers</h4>${answerTable(route)}`,
  ];
  return { id, name: summary, body: parts.join('') };
}

function bodyPart(route: Route): string {
  const { body, bodyType } = route;
  const example = exampleOf(route);
  if (body === undefined && bodyType === undefined) return '';
  const type = escapeHtml(bodyType ?? 'application/json');
  const shape = body === undefined ? '' : block(schemaText(body));
  const text = typeof example === 'string' ? example : jsonText(example ?? null);
  const shown = example === undefined ? '' : `<h4>Example</h4>${block(text)}`;
  return `<h4>Body, ${type}</h4>${shape}${shown}`;
}

function answerTable({ answers }: Route): string {
  const rows = Object.entries(answers).map(([status, { description, schema, contentType }]) => {
    const type = contentType === undefined ? '' : ` <code>${escapeHtml(contentType)}</code>`;
    const shape =
      schema === undefined
        ? ''
        : `<details><summary>Body</summary>${block(schemaText(schema))}</details>`;
    return `<tr><td>${status}</td><td>${sentence(description)}${type}${shape}</td></tr>`;
  });
  return `<table><tr><th>Status</th><th>Meaning</th></tr>${rows.join('')}</table>`;
}

export function socketPage(title: string): string {
  const answers: PageEntry[] = [];
  const pushes: PageEntry[] = [];
  for (const [name, shape] of Object.entries(down)) {
    const entry = messageEntry(name, shape, downNotes[name as keyof typeof down], down);
    if ('requestId' in shape.fields) answers.push(entry);
    else pushes.push(entry);
  }
  const requests = Object.entries(up).map(([name, shape]) =>
    messageEntry(name, shape, upNotes[name as keyof typeof up], up),
  );
  return renderPage({
    title,
    lead:
      `<p>${sentence(
        `One WebSocket at \`/ws\`. With the subprotocol \`${SUBPROTOCOL_MSGPACK}\` a message is ` +
          'the MessagePack array of its code and its fields in their order; with ' +
          `\`${SUBPROTOCOL_JSON}\` it is a JSON object with its type. \`hello\` comes first. A ` +
          'request sent again with its `requestId` is decided once and answered the same.',
      )}</p>` +
      '<p><a href="/api/v1/asyncapi.json">AsyncAPI 3.0</a> · <a href="/docs/http">HTTP</a></p>',
    sections: [
      { title: 'To the server', entries: requests },
      { title: 'Answers', entries: answers },
      { title: 'Pushed by the server', entries: pushes },
    ],
  });
}

function messageEntry(
  name: string,
  shape: MessageShape,
  { says, example, answers }: MessageNote,
  table: typeof up | typeof down,
): PageEntry {
  const message = { type: name, ...example };
  const tuple = toTuple(table as typeof up, message as never);
  const links = [...(answers ?? []), 'error'].map((type) => `<a href="#${type}">${type}</a>`);
  const answered = answers === undefined ? '' : `<p>Answered by ${links.join(', ')}.</p>`;
  const body =
    `<h3><span class="badge">${shape.code}</span>${name}</h3><p>${sentence(says)}</p>${answered}` +
    `<h4>JSON</h4>${block(jsonText(message))}` +
    `<details><summary>Fields and MessagePack</summary>` +
    `${block(schemaText(messageSchema(name, shape)))}` +
    `<h4>MessagePack, as its elements</h4>${block(JSON.stringify(tuple))}</details>`;
  return { id: name, name, body };
}
