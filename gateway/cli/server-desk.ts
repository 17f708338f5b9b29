/** Asks a running server on this machine, found by the file beside its data. */
import { resolve } from 'node:path';
import { readControlFile } from '../operators/control-file.ts';
import { CommandError } from './command.ts';

const ANSWER_WITHIN_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** @throws CommandError where no server runs on this file, or it refuses. */
export async function askServer(
  data: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<Answer> {
  const facts = readControlFile(resolve(data));
  if (facts === undefined) {
    throw new CommandError(`No server runs on ${data}. Start it, or name its file with --data.`);
  }
  let response: Response;
  try {
    response = await fetch(`${facts.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${facts.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`The server at ${facts.url} does not answer: ${why}.`);
  }
  const text = await response.text();
  const json = (text === '' ? {} : JSON.parse(text)) as Answer['json'];
  if (response.ok) return { status: response.status, json };
  throw new CommandError(String(json.detail ?? `the server answers ${response.status}`));
}
