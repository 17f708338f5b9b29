/** Asks a running server on this machine, found by the file beside its data. */
import { resolve } from 'node:path';
import { type ControlFacts, findServer } from '../operators/control-file.ts';
import { CommandError } from './command.ts';

const ANSWER_WITHIN_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Question {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** In whose name, at what is a partner's. */
  readonly partner?: string;
}

/** @throws CommandError where no server runs on this file, or it refuses. */
export async function askServer(data: string, question: Question): Promise<Answer> {
  const { method, path, body, partner } = question;
  const facts = serverOn(data);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${facts.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${facts.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(partner === undefined ? {} : { 'usher-partner': partner }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    text = await response.text();
  } catch (error) {
    const why = error instanceof Error ? (error.cause ?? error) : error;
    const said = why instanceof Error ? why.message : String(why);
    const sentence = `The server at ${facts.url} (process ${facts.pid}) does not answer: ${said}.`;
    throw new CommandError(`${sentence} "usher doctor" looks at what it needs.`);
  }
  const json = jsonOf(text);
  if (response.ok) return { status: response.status, json };
  if (response.status === 401) {
    const hint = 'another program may have its port by now: start it again';
    throw new CommandError(`What answers at ${facts.url} is not the server on ${data}: ${hint}.`);
  }
  throw new CommandError(String(json.detail ?? `The server answers ${response.status}.`));
}

/** All pages of a list. */
export async function listFrom<Item>(data: string, question: Question): Promise<readonly Item[]> {
  const items: Item[] = [];
  let more = '';
  do {
    const { json } = await askServer(data, { ...question, path: `${question.path}${more}` });
    items.push(...(json.items as readonly Item[]));
    more = typeof json.next === 'string' ? `?cursor=${encodeURIComponent(json.next)}` : '';
  } while (more !== '');
  return items;
}

function serverOn(data: string): ControlFacts {
  const found = findServer(resolve(data));
  if (found.type === 'running') return found.facts;
  if (found.type === 'closed') {
    throw new CommandError(
      `${resolve(data)}-server.json may be read by the server's user only: run this as that user.`,
    );
  }
  const advice = 'Start it ("usher serve"), or name its file with --data or USHER_DATA.';
  throw new CommandError(`No server runs on ${resolve(data)}. ${advice}`);
}

function jsonOf(text: string): Answer['json'] {
  try {
    return (text === '' ? {} : JSON.parse(text)) as Answer['json'];
  } catch {
    return {};
  }
}
