/** `usher show`: how a show stands, and the sale opened, closed or cancelled. */
import {
  type Command,
  dataHelp,
  dataOption,
  EXIT,
  jsonOption,
  needed,
  oneOf,
  readArgs,
  tell,
} from './command.ts';
import { askServer } from './server-desk.ts';

const verbs = ['status', 'open', 'close', 'cancel'] as const;

export const show: Command = {
  name: 'show',
  usage: 'usher show status|open|close|cancel <show>',
  summary: 'How a show stands; open, close or cancel it',
  help: `  status   Phase, seats and line
  open     Opens the sale before its time
  close    Closes the sale before its time
  cancel   Ends everything in it and owes everybody their money; asks for --yes

  --yes           Does it; without it "cancel" says what would end
${dataHelp}
  --json          One JSON object on standard output`,
  async run(args) {
    const yes = { yes: { type: 'boolean', default: false } } as const;
    const { values, positionals } = readArgs(args, { ...dataOption, ...jsonOption, ...yes }, 2);
    const verb = oneOf(positionals[0], verbs);
    const { data, json } = values;
    const id = needed(positionals[1], 'which show');
    const path = `/api/v1/operator/shows/${encodeURIComponent(id)}`;
    const before = await askServer(data, { method: 'GET', path });
    const live = before.json.live as Facts;
    if (verb === 'status') {
      tell(json, before.json, [...lines(headOf(before.json)), ...lines(live)]);
      return EXIT.done;
    }
    if (verb === 'cancel' && !values.yes) {
      const what = 'All of this would end. Add --yes to cancel it; nothing was changed.';
      tell(json, before.json, [...lines(headOf(before.json)), ...lines(live), what]);
      return EXIT.failed;
    }
    const after = await askServer(data, { method: 'POST', path: `${path}/${verb}` });
    tell(json, after.json, lines(after.json));
    return EXIT.done;
  },
};

type Facts = Readonly<Record<string, unknown>>;

function headOf({ show, hall, movie, startsAtMs }: Facts): Facts {
  const starts = typeof startsAtMs === 'number' ? new Date(startsAtMs).toISOString() : 'unknown';
  return { show, hall, movie, starts };
}

function lines(facts: Facts): readonly string[] {
  return Object.entries(facts).map(([name, value]) => `${name.padEnd(10)}${String(value)}`);
}
