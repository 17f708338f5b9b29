/** The sandbox provider of this server, where it is to have one and none is running already. */
import { resolve } from 'node:path';
import type { Secrets } from '../secrets.ts';
import { OptionError, type ServerOptions } from '../server-options.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

/** @throws OptionError where it cannot be started. */
export async function startSandbox(
  options: ServerOptions,
  { sandboxSecret }: Secrets,
): Promise<SandboxProcess | undefined> {
  const { payments, sandboxUrl, sandboxPort: port, host, data } = options;
  if (payments !== 'sandbox' || sandboxUrl !== '') return undefined;
  const secret = Buffer.from(sandboxSecret).toString('base64url');
  const file = `${resolve(data)}-sandbox.db`;
  try {
    return await startSandboxProcess({ port, host, file, secret });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OptionError(
      `The sandbox provider cannot be started: ${why}. Choose another --sandbox-port.`,
    );
  }
}
