/** `usher queue`: what is to be done outside, and what was given up [N1]. */
import {
  type Command,
  CommandError,
  dataHelp,
  dataOption,
  EXIT,
  jsonOption,
  needed,
  oneOf,
  readArgs,
  tell,
  wrongUse,
} from './command.ts';
import { askServer } from './server-desk.ts';

const verbs = ['list', 'retry', 'drop'] as const;
const QUEUE = '/api/v1/operator/queue';
const MOST_LISTED = 500;

interface Kind {
  readonly kind: string;
  readonly waiting: number;
  readonly dead: number;
  readonly oldestMs?: number;
}

interface Item {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly dueMs: number;
  readonly error?: string;
}

interface Values {
  readonly data: string;
  readonly json: boolean;
  readonly dead: boolean;
  readonly kind?: string | undefined;
}

export const queue: Command = {
  name: 'queue',
  usage: `usher queue list [--dead] [--kind <kind>]
       usher queue retry <id> | --kind <kind>
       usher queue drop <id>`,
  summary: 'Mail, payments and webhooks that wait or were given up',
  help: `  list    Counts tasks by kind and lists the oldest ${MOST_LISTED}; with --dead only
          those that were given up, with --kind only those of that kind
  retry   Has a dead task tried again, or with --kind all dead tasks of that kind
  drop    Gives a dead task up for good: it is never done

${dataHelp}
  --json          One JSON object on standard output`,
  async run(args) {
    const own = { dead: { type: 'boolean', default: false }, kind: { type: 'string' } } as const;
    const { values, positionals } = readArgs(args, { ...dataOption, ...jsonOption, ...own }, 2);
    const verb = oneOf(positionals[0], verbs);
    const [, id] = positionals;
    if (verb === 'list') return await list(id, values);
    if (values.dead) wrongUse(`"${verb}" knows no --dead: it is about dead tasks alone.`);
    if (verb === 'retry') return await retry(id, values);
    if (values.kind !== undefined) wrongUse('"drop" takes one task, by its id.');
    const body = { id: needed(id, 'which task') };
    const { json } = await askServer(values.data, { method: 'POST', path: `${QUEUE}/drop`, body });
    tell(values.json, json, [`${body.id} is given up.`]);
    return EXIT.done;
  },
};

async function list(extra: string | undefined, values: Values): Promise<number> {
  if (extra !== undefined) wrongUse(`"${extra}" is one too many: "list" takes --kind.`);
  const { data, json, dead, kind } = values;
  const query = new URLSearchParams({
    limit: String(MOST_LISTED),
    ...(dead ? { state: 'dead' } : {}),
    ...(kind === undefined ? {} : { kind }),
  });
  const answer = await askServer(data, { method: 'GET', path: `${QUEUE}?${query}` });
  const { kinds, items } = answer.json as { kinds: readonly Kind[]; items: readonly Item[] };
  const empty = kinds.length === 0 ? ['Nothing waits, and nothing was given up.'] : [];
  const more = items.length < MOST_LISTED ? [] : [`These are the oldest ${MOST_LISTED}.`];
  tell(json, answer.json, [...empty, ...kinds.map(kindLine), ...items.map(itemLine), ...more]);
  return EXIT.done;
}

async function retry(id: string | undefined, { data, json, kind }: Values): Promise<number> {
  if (id !== undefined && kind !== undefined) wrongUse('Give an id or --kind, not both.');
  const body = kind === undefined ? { id: needed(id, 'which task, or --kind') } : { kind };
  const answer = await askServer(data, { method: 'POST', path: `${QUEUE}/retry`, body });
  const { retried } = answer.json;
  if (retried === 0) {
    const what = kind === undefined ? `of the id "${id}"` : `of the kind "${kind}"`;
    throw new CommandError(`There is no dead task ${what}. "usher queue list --dead" lists them.`);
  }
  tell(json, answer.json, [`${String(retried)} tried again.`]);
  return EXIT.done;
}

function kindLine({ kind, waiting, dead, oldestMs }: Kind): string {
  const since = oldestMs === undefined ? '' : `, since ${timeOf(oldestMs)}`;
  return `${kind}: ${waiting} waiting${since}, ${dead} dead`;
}

function itemLine({ state, id, attempts, dueMs, error }: Item): string {
  const due = state === 'waiting' ? `due ${timeOf(dueMs)}` : '';
  const said = [state.padEnd(8), id, `${attempts} tries`, due, error ?? ''];
  return said.filter((each) => each !== '').join('  ');
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).concat('Z');
}
