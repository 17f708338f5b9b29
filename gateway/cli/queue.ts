/** `usher queue`: what is to be done outside, and what was given up. */
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

interface Kind {
  readonly kind: string;
  readonly waiting: number;
  readonly dead: number;
}

interface Item {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly error?: string;
}

export const queue: Command = {
  name: 'queue',
  usage: 'usher queue list|retry|drop [<id>] [--dead] [--kind <kind>]',
  summary: 'Mail, payments and webhooks that wait or were given up',
  help: `  list    Lists tasks, with --dead those that were given up
  retry   Has a dead task tried again, or with --kind all of that kind
  drop    Gives a dead task up for good

  --data <file>   The server's database file (default: data/usher.db)
  --json          One JSON object on standard output`,
  async run(args) {
    const { values, positionals } = readArgs(args, {
      ...dataOption,
      ...jsonOption,
      dead: { type: 'boolean', default: false },
      kind: { type: 'string' },
    });
    const { data, json, dead, kind } = values;
    const [verb, id] = positionals;
    switch (verb) {
      case 'list': {
        const query = new URLSearchParams({
          ...(dead ? { state: 'dead' } : {}),
          ...(kind === undefined ? {} : { kind }),
        });
        const answer = await askServer(data, 'GET', `/api/v1/operator/queue?${query}`);
        const { kinds, items } = answer.json as { kinds: readonly Kind[]; items: readonly Item[] };
        tell(json, answer.json, [
          ...kinds.map((each) => `${each.kind}: ${each.waiting} waiting, ${each.dead} dead`),
          ...items.map((each) =>
            [each.state.padEnd(8), each.id, `${each.attempts} tries`, each.error ?? ''].join('  '),
          ),
        ]);
        return EXIT.done;
      }
      case 'retry': {
        const what = kind === undefined ? { id: needed(id, 'which task, or --kind') } : { kind };
        const answer = await askServer(data, 'POST', '/api/v1/operator/queue/retry', what);
        tell(json, answer.json, [`${String(answer.json.retried)} tried again.`]);
        return answer.json.retried === 0 ? EXIT.failed : EXIT.done;
      }
      case 'drop': {
        const what = { id: needed(id, 'which task') };
        const answer = await askServer(data, 'POST', '/api/v1/operator/queue/drop', what);
        tell(json, answer.json, [`${what.id} is given up.`]);
        return EXIT.done;
      }
      default:
        throw new CommandError('Say "list", "retry" or "drop". See --help.', EXIT.usage);
    }
  },
};
