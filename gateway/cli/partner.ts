/** `usher partner`: lets theatre companies in. */
import {
  type Command,
  CommandError,
  dataOption,
  EXIT,
  jsonOption,
  needed,
  readArgs,
  tell,
} from './command.ts';
import { askServer } from './server-desk.ts';

export const partner: Command = {
  name: 'partner',
  usage:
    'usher partner add <id> --name <name> --email <address> [--theatre-system <url>]\n       usher partner list',
  summary: 'Let a theatre company in, or list them',
  help: `  add    Lets a partner in and prints its first key, for the only time
  list   Lists the partners

  --data <file>   The server's database file (default: data/usher.db)
  --json          One JSON object on standard output`,
  async run(args) {
    const { values, positionals } = readArgs(args, {
      ...dataOption,
      ...jsonOption,
      name: { type: 'string' },
      email: { type: 'string' },
      'theatre-system': { type: 'string' },
    });
    const [verb, id] = positionals;
    const { data, json } = values;
    if (verb === 'list') {
      const items = await allPartners(data);
      tell(
        json,
        { items },
        items.map((each) => `${each.id}  ${each.name}  ${each.email}`),
      );
      return EXIT.done;
    }
    if (verb !== 'add') throw new CommandError('Say "add" or "list". See --help.', EXIT.usage);
    const theatreSystem = values['theatre-system'];
    const asked = {
      id: needed(id, "the partner's id, e.g. lux"),
      name: needed(values.name, 'its --name'),
      email: needed(values.email, 'its --email'),
      ...(theatreSystem === undefined ? {} : { theatreSystem }),
    };
    const { json: made } = await askServer(data, 'POST', '/api/v1/operator/partners', asked);
    tell(json, made, [`${asked.name} is in. Its key, shown this once:`, String(made.key)]);
    return EXIT.done;
  },
};

interface ListedPartner {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** Page by page. */
async function allPartners(data: string): Promise<readonly ListedPartner[]> {
  const items: ListedPartner[] = [];
  let more = '';
  do {
    const path = `/api/v1/operator/partners?limit=200${more}`;
    const { json } = await askServer(data, 'GET', path);
    items.push(...(json.items as readonly ListedPartner[]));
    more = typeof json.next === 'string' ? `&cursor=${json.next}` : '';
  } while (more !== '');
  return items;
}
