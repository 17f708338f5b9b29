#!/usr/bin/env node
/**
 * The sandbox provider as a process: port and file from the command line, its secret from the
 * environment, its address as one line of JSON. It ends with the process that started it.
 */
import { parseArgs } from 'node:util';
import { Sandbox } from './sandbox-server.ts';

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8081' },
      host: { type: 'string', default: '127.0.0.1' },
      file: { type: 'string', default: ':memory:' },
      'with-parent': { type: 'boolean', default: false },
    },
  });
  const secret = process.env.USHER_SANDBOX_SECRET ?? '';
  if (secret === '') throw new Error('set USHER_SANDBOX_SECRET to the secret shared with Usher');
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port is a whole number from 0 to 65535, not "${values.port}"`);
  }
  const sandbox = await Sandbox.start({ port, host: values.host, file: values.file, secret });
  process.stdout.write(`${JSON.stringify({ url: sandbox.url })}\n`);
  const stop = () => void sandbox.stop().then(() => process.exit(0));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (values['with-parent']) process.stdin.on('end', stop).resume();
}

run().catch((error: Error) => {
  process.stderr.write(`usher-sandbox: ${error.message}\n`);
  process.exit(2);
});
