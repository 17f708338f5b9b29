/** Raw uWebSockets echo: what connections, frames and syscalls cost when nothing is decided. */

import type { Children } from '../load/children.ts';
import { ECHO_PAYLOAD_BYTES } from '../load/echo-connection.ts';
import { type LoadSummary, runLoad } from '../load/run-load.ts';
import type { BenchOptions } from '../options.ts';
import { clientWarning, type Machine, machine, perOperation } from '../report/facts.ts';
import type { Progress } from '../report/progress.ts';
import { decimals, renderTable, whole } from '../report/table.ts';

const HOST = '127.0.0.1';
const MODULE = new URL('../load/echo-server.js', import.meta.url);

export interface EchoReport extends Machine {
  readonly scenario: 'echo';
  readonly echoPerSecond: number;
  readonly payloadBytes: number;
  readonly connections: number;
  readonly pipeline: number;
  readonly seconds: number;
  readonly clients: number;
  readonly serverCpuUsPerMessage: number | null;
  readonly clientCpuUsPerMessage: number | null;
  readonly warnings: readonly string[];
}

/** Measures the echo once, with a server process of its own. */
export async function measureEcho(
  children: Children,
  options: BenchOptions,
  progress: Progress,
  label: string,
): Promise<LoadSummary> {
  const server = children.fork(MODULE);
  try {
    const port = await new Promise<number>((resolve, reject) => {
      server.once('message', (message: { readonly port: number }) => resolve(message.port));
      server.once('exit', () => reject(new Error('the echo server did not come up')));
    });
    const { connections, pipeline, clients, seconds, warmupSeconds, seed } = options;
    const load = { connections, pipeline, clients, seconds, warmupSeconds, seed };
    return await runLoad(children, {
      ...load,
      scenario: 'echo',
      host: HOST,
      port,
      serverPid: server.pid ?? 0,
      shows: [],
      acksPath: () => '',
      onMeasuring: () => progress.stretch(label, seconds),
    });
  } finally {
    await children.kill(server);
  }
}

export async function echoScenario(
  children: Children,
  options: BenchOptions,
  progress: Progress,
): Promise<EchoReport> {
  const summary = await measureEcho(children, options, progress, 'raw echo');
  const warning = clientWarning('echo', summary);
  return {
    scenario: 'echo',
    echoPerSecond: Math.round(summary.operationsPerSecond),
    payloadBytes: ECHO_PAYLOAD_BYTES,
    connections: options.connections,
    pipeline: options.pipeline,
    seconds: options.seconds,
    clients: options.clients,
    serverCpuUsPerMessage: perOperation(summary.serverCpu?.totalUs, summary.operations),
    clientCpuUsPerMessage: perOperation(summary.clientCpuUs, summary.operations),
    warnings: warning === undefined ? [] : [warning],
    ...machine(),
  };
}

export function renderEcho(report: EchoReport): string {
  const { connections, pipeline, seconds } = report;
  const title = `echo: ${connections} connections × ${pipeline} in flight, ${seconds} s`;
  return renderTable(title, [
    ['messages a second', whole(report.echoPerSecond), `of ${report.payloadBytes} bytes`],
    ['server CPU', decimals(report.serverCpuUsPerMessage, 2), 'µs a message'],
    ['client CPU', decimals(report.clientCpuUsPerMessage, 2), 'µs a message'],
  ]);
}
