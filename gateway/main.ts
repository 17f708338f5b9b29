#!/usr/bin/env node
/** The server as a process: settings in, an address out, a clean end on SIGTERM. */
import { pino } from 'pino';
import { LogFault } from '../engine/shard/log-store.ts';
import { affordableConnections } from './open-files.ts';
import { startServer, type UsherServer } from './server.ts';
import { OptionError, readServerOptions } from './server-options.ts';

/** Exit codes: 0 ended as asked, 1 failed, 2 wrong settings, 3 the log cannot be used. */
const EXIT = { failed: 1, usage: 2, log: 3 } as const;

const LOSS_ADVICE =
  'Put a fuller copy of the file in its place, or start with --accept-loss to go on without ' +
  'what is missing. Keep a copy of the file and of those beside it first: they were left as they are.';

async function run(): Promise<void> {
  const wanted = readServerOptions(process.argv, process.env);
  if (wanted === undefined) return;
  const logger = pino({ level: wanted.logLevel }, pino.destination({ fd: 2, sync: true }));
  const maxConnections = affordableConnections(wanted.maxConnections, wanted.gateways);
  if (maxConnections < wanted.maxConnections) {
    logger.info({ maxConnections }, 'the system allows this process no more open files: ulimit -n');
  }
  const options = { ...wanted, maxConnections };
  let server: UsherServer | undefined;
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(EXIT.failed);
    stopping = true;
    logger.info({ signal }, 'stopping');
    const stopped = server === undefined ? Promise.resolve() : server.stop();
    stopped.then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  server = await startServer(options, logger);
  process.stdout.write(`Usher is serving at ${server.url} (Ctrl+C stops it)\n`);
}

function fail(error: unknown): never {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`usher: ${text}\n`);
  if (error instanceof OptionError) process.exit(EXIT.usage);
  if (error instanceof LogFault) {
    if (error.code === 'log_behind_mark') process.stderr.write(`usher: ${LOSS_ADVICE}\n`);
    process.exit(EXIT.log);
  }
  if (error instanceof Error && process.env.USHER_DEBUG) process.stderr.write(`${error.stack}\n`);
  process.exit(EXIT.failed);
}

run().catch(fail);
