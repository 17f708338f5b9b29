/** `usher partner`: lets theatre companies in, gives and takes their keys, shuts them out. */
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
import { keyId, keysOf, makeKey, revokeKey, rotateKey, scopesOf } from './partner-keys.ts';
import { askServer, listFrom } from './server-desk.ts';

const verbs = [
  ...(['add', 'list', 'change', 'suspend', 'resume'] as const),
  ...(['keys', 'key', 'rotate', 'revoke'] as const),
];
const PARTNERS = '/api/v1/operator/partners';

export interface ListedPartner {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly theatreSystem?: string;
  readonly suspended?: boolean;
}

const options = {
  ...dataOption,
  ...jsonOption,
  name: { type: 'string' },
  email: { type: 'string' },
  'theatre-system': { type: 'string' },
  scopes: { type: 'string' },
  keep: { type: 'boolean', default: false },
} as const;

const flagsOf: Readonly<Record<(typeof verbs)[number], readonly string[]>> = {
  add: ['name', 'email', 'theatre-system'],
  list: [],
  change: ['name', 'email', 'theatre-system'],
  suspend: [],
  resume: [],
  keys: [],
  key: ['name', 'scopes'],
  rotate: ['keep'],
  revoke: [],
};

export const partner: Command = {
  name: 'partner',
  usage: `usher partner add <id> --name <name> --email <address> [--theatre-system <url>]
       usher partner list
       usher partner change <id> [--name …] [--email …] [--theatre-system <url>|none]
       usher partner suspend|resume <id>
       usher partner keys <id>
       usher partner key <id> --name <what for> [--scopes catalog,sell,read,webhooks]
       usher partner rotate <id> <key> [--keep]
       usher partner revoke <id> <key>`,
  summary: 'Let theatre companies in, give and take their keys',
  help: `  add      Lets a partner in and prints its first key, for the only time
  list     Lists the partners
  change   Changes what is known of one
  suspend  Its keys open nothing until "resume"; what it has on sale goes on
  resume   Lets it in again, with the keys it has
  keys     Its keys by their ids, without their secrets
  key      Makes another key and prints it, for the only time; all scopes unless some are named
  rotate   Makes a key like that one and revokes that one; with --keep both are good, until
           you revoke the old one
  revoke   The key opens nothing any more, at once and for good

A key is "uk_<id>_<secret>"; where a <key> is asked for, give its id alone.

${dataHelp}
  --json          One JSON object on standard output`,
  async run(args) {
    const { values, positionals } = readArgs(args, options, 3);
    const verb = oneOf(positionals[0], verbs);
    const usual = ['data', 'json', ...flagsOf[verb]];
    const [strange] = Object.entries(values).filter(
      ([name, value]) => value !== undefined && value !== false && !usual.includes(name),
    );
    if (strange !== undefined) wrongUse(`"${verb}" knows no --${strange[0]}.`);
    const takes = verb === 'list' ? 1 : verb === 'rotate' || verb === 'revoke' ? 3 : 2;
    const { [takes]: extra } = positionals;
    if (extra !== undefined) wrongUse(`"${extra}" is one too many.`);
    const { data, json } = values;
    if (verb === 'list') return await list(data, json);
    const id = needed(positionals[1], "the partner's id, e.g. lux");
    if (verb === 'add') return await add(id, values);
    if (verb === 'change') return await change(id, values);
    if (verb === 'suspend' || verb === 'resume') {
      const done = verb === 'suspend' ? 'suspended: its keys open nothing' : 'let in again';
      return await patch(id, { suspended: verb === 'suspend' }, values, done);
    }
    const desk = { data, json, partner: id };
    if (verb === 'key') {
      const scopes = scopesOf(values.scopes);
      return await makeKey(desk, needed(values.name, 'what the key is for: --name'), scopes);
    }
    const wanted = 'the id of the key; "usher partner keys" lists them';
    const key = verb === 'keys' ? '' : keyId(needed(positionals[2], wanted));
    if (!(await allPartners(data)).some((each) => each.id === id)) {
      throw new CommandError(`There is no partner "${id}".`);
    }
    if (verb === 'keys') return await keysOf(desk);
    return verb === 'rotate' ? await rotateKey(desk, key, values.keep) : await revokeKey(desk, key);
  },
};

async function allPartners(data: string): Promise<readonly ListedPartner[]> {
  return await listFrom<ListedPartner>(data, { method: 'GET', path: PARTNERS });
}

async function list(data: string, json: boolean): Promise<number> {
  const items = await allPartners(data);
  const lines = items.map((each) =>
    [each.id.padEnd(16), each.suspended ? 'suspended' : 'in       ', each.name, each.email].join(
      '  ',
    ),
  );
  tell(json, { items }, lines.length === 0 ? ['There are none yet.'] : lines);
  return EXIT.done;
}

interface Values {
  readonly data: string;
  readonly json: boolean;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly 'theatre-system'?: string | undefined;
}

async function add(id: string, values: Values): Promise<number> {
  const { data, json, 'theatre-system': theatreSystem } = values;
  if (!/^[a-z0-9]{2,16}$/.test(id)) {
    wrongUse(`A partner's id has 2 to 16 characters of a–z and 0–9; "${id}" does not.`);
  }
  const body = {
    id,
    name: needed(values.name, 'its --name'),
    email: needed(values.email, 'its --email'),
    ...(theatreSystem === undefined ? {} : { theatreSystem }),
  };
  const { json: made } = await askServer(data, { method: 'POST', path: PARTNERS, body });
  const lines = [`${body.name} is in. Its key, shown this once:`, String(made.key)];
  tell(json, made, [...lines, ...theatreLines(made)]);
  return EXIT.done;
}

async function change(id: string, values: Values): Promise<number> {
  const { name, email, 'theatre-system': system } = values;
  const body = {
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(system === undefined ? {} : { theatreSystem: system === 'none' ? null : system }),
  };
  if (Object.keys(body).length === 0) {
    wrongUse('Say what to change: --name, --email, --theatre-system.');
  }
  return await patch(id, body, values, 'changed');
}

async function patch(
  id: string,
  body: object,
  { data, json }: Values,
  done: string,
): Promise<number> {
  const path = `${PARTNERS}/${encodeURIComponent(id)}`;
  const answer = await askServer(data, { method: 'PATCH', path, body });
  const isAsked = 'theatreSystem' in body;
  tell(json, answer.json, [`${id} is ${done}.`, ...(isAsked ? theatreLines(answer.json) : [])]);
  return EXIT.done;
}

function theatreLines({ theatreSecret }: Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof theatreSecret !== 'string') return [];
  return ['Calls to its own system are signed with:', theatreSecret];
}
