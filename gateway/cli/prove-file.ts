/** Goes through a log with the auditor: its chain, its rules, its mark. */
import { Auditor } from '../../persistence/audit/auditor.ts';
import { LogFile } from '../../persistence/audit/log-file.ts';
import { CommandError, EXIT } from './command.ts';
import { startBar } from './progress-bar.ts';

/** @throws CommandError naming the first thing that is wrong. */
export async function proveFile(file: string): Promise<{ readonly frames: number }> {
  const log = new LogFile(file);
  const bar = await startBar(log.frames, 'frames');
  const auditor = new Auditor();
  try {
    for (const read of log.audit(auditor)) {
      bar.to(read);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    auditor.finish();
  } finally {
    bar.stop();
    log.close();
  }
  const [first] = auditor.findings;
  if (first === undefined) return { frames: log.frames };
  const count = auditor.counts.findings;
  const sentence = `${file} is not sound: ${first.sentence} (${first.code}, ${count} in all).`;
  throw new CommandError(`${sentence} "usher audit" tells more.`, EXIT.log);
}
