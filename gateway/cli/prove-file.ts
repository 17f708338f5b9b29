/** Goes through a log with the auditor: its chain, its rules, its mark. */
import { Auditor } from '../../persistence/audit/auditor.ts';
import { LogFile } from '../../persistence/audit/log-file.ts';
import { CommandError, EXIT } from './command.ts';
import { startBar } from './progress-bar.ts';

export interface Proved {
  readonly frames: number;
  /** When the last of them was written; 0 where there is none. */
  readonly lastMs: number;
}

/**
 * @param name What it is called, where that is not the name of a copy.
 * @throws CommandError naming the first thing that is wrong.
 */
export async function proveFile(file: string, name = file): Promise<Proved> {
  const log = new LogFile(file);
  const bar = await startBar(log.frames, 'frames');
  const auditor = new Auditor();
  try {
    for (const read of log.audit(auditor)) {
      bar.to(read);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    auditor.finish();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('SQLITE_')) throw error;
    const why = error instanceof Error ? error.message : '';
    throw notSound(name, `SQLite finds it damaged: ${why} (${code}).`);
  } finally {
    bar.stop();
    log.close();
  }
  const [first] = auditor.findings;
  if (first === undefined) return { frames: log.frames, lastMs: auditor.lastMs };
  const count = auditor.counts.findings;
  throw notSound(name, `${first.sentence} (${first.code}, ${count} in all)`);
}

function notSound(name: string, what: string): CommandError {
  const sentence = `${name} is not sound: ${what}`;
  return new CommandError(`${sentence} "usher audit ${name}" tells more.`, EXIT.log);
}
