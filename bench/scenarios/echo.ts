/** Raw uWebSockets echo: what connections, frames and syscalls cost when nothing is decided. */
import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Children } from '../load/children.ts';
import { ECHO_PAYLOAD_BYTES } from '../load/echo-connection.ts';
import { startRawServer } from '../load/raw-server.ts';
import { type LoadSummary, runLoad } from '../load/run-load.ts';
import { clientWarning, machine } from '../report/facts.ts';
import { cpuFigures, figure } from '../report/figures.ts';
import type { Progress } from '../report/progress.ts';
import type { RunReport } from '../report/run-report.ts';

const HOST = '127.0.0.1';
const MODULE = new URL('../load/echo-server.js', import.meta.url);

export interface EchoOptions {
  /** WebSockets. */
  readonly connections: number;
  /** Requests in flight on each. */
  readonly pipeline: number;
  /** Load processes. */
  readonly clients: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly seed: number;
}

/** Measures the echo once, with a server process of its own. */
export async function measureEcho(
  children: Children,
  options: EchoOptions,
  progress: Progress,
  label: string,
): Promise<LoadSummary> {
  const server = await startRawServer(children, MODULE);
  try {
    const { port } = server;
    const { connections, pipeline, clients, seconds, warmupSeconds, seed } = options;
    const load = { connections, pipeline, clients, seconds, warmupSeconds, seed };
    return await runLoad(children, {
      ...load,
      scenario: 'echo',
      rate: 0,
      sellers: 0,
      host: HOST,
      port,
      serverPid: server.process.pid ?? 0,
      shows: [],
      acksPath: () => '',
      onMeasuring: () => progress.stretch(label, seconds),
    });
  } finally {
    await children.kill(server.process);
  }
}

export async function echoScenario(
  children: Children,
  options: EchoOptions,
  progress: Progress,
): Promise<RunReport> {
  const summary = await measureEcho(children, options, progress, 'raw echo');
  const warning = clientWarning('echo', summary);
  const perSecond = summary.operationsPerSecond;
  return {
    scenario: 'echo',
    settings: { ...options, payloadBytes: ECHO_PAYLOAD_BYTES },
    figures: [figure('raw echo a second', perSecond, '/s', 'higher'), ...cpuFigures(summary)],
    latencies: [
      { name: 'echo, closed loop', histogram: encodeIntoCompressedBase64(summary.latencies) },
    ],
    series: [],
    verdict: null,
    warnings: warning === undefined ? [] : [warning],
    machine: machine(),
  };
}
