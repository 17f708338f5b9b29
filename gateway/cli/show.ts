/** `usher show`: how a show stands, and the sale opened, closed or cancelled. */
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

const verbs = ['open', 'close', 'cancel'];

export const show: Command = {
  name: 'show',
  usage: 'usher show status|open|close|cancel <show>',
  summary: 'How a show stands; open, close or cancel it',
  help: `  status   Phase, seats and line
  open     Opens the sale before its time
  close    Closes the sale before its time
  cancel   Ends everything in it and owes everybody their money; asks for --yes

  --yes           Does it; without it "cancel" says what would end
  --data <file>   The server's database file (default: data/usher.db)
  --json          One JSON object on standard output`,
  async run(args) {
    const { values, positionals } = readArgs(args, {
      ...dataOption,
      ...jsonOption,
      yes: { type: 'boolean', default: false },
    });
    const [verb = '', id] = positionals;
    const { data, json, yes } = values;
    const path = `/api/v1/operator/shows/${encodeURIComponent(needed(id, 'which show'))}`;
    const before = await askServer(data, 'GET', path);
    const live = before.json.live as Readonly<Record<string, unknown>>;
    const lines = (facts: Readonly<Record<string, unknown>>) =>
      Object.entries(facts).map(([name, value]) => `${name.padEnd(10)}${String(value)}`);
    if (verb === 'status') {
      tell(json, before.json, lines(live));
      return EXIT.done;
    }
    if (!verbs.includes(verb)) {
      throw new CommandError(`Say "status", "${verbs.join('", "')}". See --help.`, EXIT.usage);
    }
    if (verb === 'cancel' && !yes) {
      tell(json, before.json, [...lines(live), 'All of this would end. Add --yes to cancel it.']);
      return EXIT.failed;
    }
    const after = await askServer(data, 'POST', `${path}/${verb}`);
    tell(json, after.json, lines(after.json));
    return EXIT.done;
  },
};
