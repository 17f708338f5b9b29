#!/usr/bin/env node
/**
 * `npm run bench:peers`: makes sure that PostgreSQL and Redis are there to be measured beside
 * Usher. What is missing is fetched as Debian packages into a cache; nothing is installed for the
 * system. With `--run` both are started as the bench starts them, to be looked at.
 *
 * Exit codes: 0 both are there, 1 one is missing or does not start, 2 wrong options.
 */
import { once } from 'node:events';
import { cac } from 'cac';
import { Children } from '../load/children.ts';
import { startProgress } from '../report/progress.ts';
import { startPostgres, startRedis } from './peer-server.ts';
import { findPostgres, findRedis } from './programs.ts';

interface Asked {
  readonly run: boolean;
  readonly json: boolean;
}

const FETCH_SECONDS = 20;

/** Undefined where help was shown. @throws Error that says what is wrong. */
function parse(argv: readonly string[]): Asked | undefined {
  const cli = cac('npm run bench:peers --');
  const command = cli.command('', 'Finds or fetches PostgreSQL and Redis for the bench');
  command.option('--run', 'Start both, say where they listen, and stop them at Ctrl-C');
  command.option('--json', 'Print one JSON object');
  cli.help();
  const { args, options } = cli.parse(['node', 'peers', ...argv], { run: false });
  if (options.help === true) return undefined;
  command.checkUnknownOptions();
  if (args.length > 0) throw new Error(`there is nothing to name, but found ${args.join(' ')}`);
  return { run: options.run === true, json: options.json === true };
}

async function prepare(children: Children, { run, json }: Asked): Promise<void> {
  const progress = startProgress();
  try {
    progress.stretch('finding PostgreSQL and Redis, or fetching them', FETCH_SECONDS);
    const programs = { postgres: findPostgres().postgres, redis: findRedis().server };
    progress.stretch('starting them', 2);
    const postgres = await startPostgres(children);
    const redis = await startRedis(children);
    progress.stop();
    const at = run
      ? {
          psql: `psql -h ${postgres.socket} -U usher postgres`,
          redisCli: `redis-cli -s ${redis.socket}`,
        }
      : {};
    const found = { ...programs, ...at };
    const lines = Object.entries(found).map(([name, where]) => `${name.padEnd(9)} ${where}\n`);
    process.stdout.write(json ? `${JSON.stringify(found)}\n` : lines.join(''));
    if (run) {
      process.stderr.write('Both are running; Ctrl-C stops them and removes what they wrote.\n');
      // A pending promise alone would not keep this process; their output does.
      await once(process, 'beforeExit');
    }
    await Promise.all([postgres.stop(), redis.stop()]);
  } finally {
    progress.stop();
  }
}

async function main(): Promise<number> {
  let asked: Asked | undefined;
  try {
    asked = parse(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${textOf(error)}\nnpm run bench:peers -- --help tells what there is.\n`);
    return 2;
  }
  if (asked === undefined) return 0;
  const children = new Children();
  children.stopOnSignals();
  try {
    await prepare(children, asked);
    return 0;
  } catch (error) {
    process.stderr.write(`${textOf(error)}\n`);
    return 1;
  } finally {
    children.killAll();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.exitCode = await main();
