/** One run of holds and releases against a server, and what it leaves behind for the sweep. */
import { join } from 'node:path';
import type { Progress } from '../report/progress.ts';
import type { Children } from './children.ts';
import { discoverShows } from './discover.ts';
import { deepestPipeline, type LoadShow, planPlaces } from './places.ts';
import { type LoadSummary, runLoad } from './run-load.ts';
import { startSubject, type Target } from './subject.ts';

export interface HoldRunOptions {
  /** WebSockets. */
  readonly connections: number;
  /** Requests in flight on each, at the most. */
  readonly pipeline: number;
  /** Arrivals a second; 0 for a closed loop. */
  readonly rate: number;
  /** Load processes. */
  readonly clients: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly seed: number;
  readonly shows: number;
  /** A server to load instead of one of our own. */
  readonly target: Target | undefined;
  readonly profileDirectory: string | undefined;
}

export interface HoldRun {
  readonly load: LoadSummary;
  readonly shows: readonly LoadShow[];
  /** Undefined where the log is out of reach. */
  readonly dataPath: string | undefined;
  /** Files of what was acknowledged. */
  readonly acksPaths: readonly string[];
}

/** Ends the server as soon as it is answered, so that nothing it had promised can be written later. */
export async function runHold(
  children: Children,
  options: HoldRunOptions,
  progress: Progress,
  directory: string,
): Promise<HoldRun> {
  const { connections, pipeline, rate, clients, seconds, warmupSeconds, seed } = options;
  const { target, profileDirectory } = options;
  progress.stretch('starting the server', 10);
  const subject = await startSubject(children, { target, directory, profileDirectory });
  try {
    const { host, port, pid: serverPid, dataPath } = subject;
    const shows = await discoverShows(host, port, options.shows, seed);
    const deepest = deepestPipeline(planPlaces(shows, connections, pipeline));
    if (deepest < pipeline) {
      throw new Error(
        `${options.shows} shows have seats for ${deepest} holds at once on each of ` +
          `${connections} connections; ask for more --shows or for less --pipeline`,
      );
    }
    const acksPaths = Array.from({ length: clients }, (_, client) => {
      return join(directory, `acks-${client}`);
    });
    const load = await runLoad(children, {
      ...{ connections, pipeline, rate, clients, seconds, warmupSeconds, seed, shows },
      ...{ scenario: 'hold', host, port, serverPid, sellers: 0 },
      acksPath: (client) => acksPaths[client] ?? '',
      onMeasuring: () => progress.stretch('holding and releasing', seconds),
    });
    return { load, shows, dataPath, acksPaths };
  } finally {
    await subject.end();
  }
}
