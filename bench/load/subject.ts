/** What the load is run against: a server of the bench's own, or an address that the user gave. */
import { join } from 'node:path';
import type { Children } from './children.ts';
import { startServer } from './server-under-test.ts';

/** Where a server listens. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface Subject extends Target {
  /** Its process, or 0 where it is somewhere else and its CPU time cannot be read. */
  readonly pid: number;
  /** Its log, or undefined where it is out of reach. */
  readonly dataPath: string | undefined;
  /**
   * Ends a server of our own by SIGKILL, so that nothing it had promised can still be written;
   * leaves an address alone.
   */
  readonly end: () => Promise<void>;
}

export interface SubjectOptions {
  readonly target: Target | undefined;
  /** For the log of a server of our own. */
  readonly directory: string;
  readonly profileDirectory?: string | undefined;
  /** False where the log has a catalogue already. */
  readonly demo?: boolean;
}

export async function startSubject(
  children: Children,
  { target, directory, profileDirectory, demo = true }: SubjectOptions,
): Promise<Subject> {
  if (target !== undefined) {
    return { ...target, pid: 0, dataPath: undefined, end: () => Promise.resolve() };
  }
  const dataPath = join(directory, 'usher.db');
  const server = await startServer(children, { dataPath, profileDirectory, demo });
  const { host, port, pid } = server;
  const end = async () => {
    // Profiles are written at an orderly end only.
    if (profileDirectory === undefined) await children.kill(server.process);
    else await children.stop(server.process);
  };
  return { host, port, pid, dataPath, end };
}

export const UNAUDITED = 'the log of the server is out of reach, so nothing was audited';
