/** `usher doctor`: looks at everything that a server needs, and says what to do about it. */
import { resolve } from 'node:path';
import { defaultOptions, OptionError, readServerOptions, settingNames } from '../server-options.ts';
import {
  type Check,
  diskSpace,
  files,
  folder,
  listening,
  nodeVersion,
  openFiles,
  sockets,
  syncing,
  theLog,
} from './check-machine.ts';
import {
  type Command,
  dataHelp,
  dataOption,
  EXIT,
  jsonOption,
  readArgs,
  tell,
  wrongUse,
} from './command.ts';

const ADDRESS = { host: { type: 'string' }, port: { type: 'string' } } as const;

export const doctor: Command = {
  name: 'doctor',
  usage: 'usher doctor [--data <file>] [--host <address>] [--port <number>]',
  summary: 'Look at everything a server needs, and say what to do',
  help: `Run it as the user that the server runs as, with the same environment.

${dataHelp}
  --host <address>  Where the server is to listen (default: USHER_HOST, or 127.0.0.1)
  --port <number>   On which port (default: USHER_PORT, or 8080)
  --json            One JSON object on standard output

Exit code 0: nothing is bad; 1: something is.`,
  async run(args) {
    const { values } = readArgs(args, { ...dataOption, ...jsonOption, ...ADDRESS }, 0);
    const data = resolve(values.data);
    const { host, port } = addressOf(values);
    const checks: Check[] = [
      nodeVersion(process.versions.node),
      sockets(),
      settings(process.env),
      openFiles(),
      folder(data),
      diskSpace(data),
      syncing(data),
      files(data),
      await listening(data, host, port),
      ...(await theLog(data, Date.now())),
    ];
    tell(
      values.json,
      { checks },
      checks.map(({ what, state, said }) => `${state.padEnd(5)}${what.padEnd(12)}${said}`),
    );
    return checks.some(({ state }) => state === 'bad') ? EXIT.failed : EXIT.done;
  },
};

interface Wanted {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
}

/** As the server would read them. */
function addressOf({ host, port }: Wanted): { readonly host: string; readonly port: number } {
  const given = { USHER_HOST: host, USHER_PORT: port };
  try {
    const usual = readServerOptions([], {
      USHER_HOST: host ?? process.env.USHER_HOST,
      USHER_PORT: port ?? process.env.USHER_PORT,
    });
    return usual ?? defaultOptions();
  } catch (error) {
    if (!(error instanceof OptionError) || Object.values(given).every((each) => !each)) {
      return defaultOptions();
    }
    return wrongUse(error.message);
  }
}

/** A slip in a variable's name is silently the default otherwise. */
function settings(env: Readonly<Record<string, string | undefined>>): Check {
  const what = 'settings';
  try {
    readServerOptions([], env);
  } catch (error) {
    return { what, state: 'bad', said: error instanceof Error ? error.message : String(error) };
  }
  const own = [...settingNames(), 'USHER_DEBUG'];
  const set = Object.keys(env).filter((name) => name.startsWith('USHER_'));
  const strange = set.filter((name) => !own.includes(name));
  if (strange.length > 0) {
    const said = `${strange.join(', ')} means nothing: look at "usher serve --help"`;
    return { what, state: 'warn', said };
  }
  return { what, state: 'ok', said: `${set.length} from the environment, all of them known` };
}
