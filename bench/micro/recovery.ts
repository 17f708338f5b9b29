/** Writes a log, restarts from it in a process of its own, and has it audited. */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Auditor } from '../../persistence/audit/auditor.ts';
import { LogFile } from '../../persistence/audit/log-file.ts';
import type { Children } from '../load/children.ts';
import { inTemporaryFolder } from '../load/temporary.ts';
import type { Progress } from '../report/progress.ts';
import type { Verdict } from '../report/run-report.ts';
import { verdictOf } from '../sweep/verdict.ts';
import { type DaySize, type WrittenDay, writeDayLog } from './day-log.ts';
import type { RecoverAsked, RecoveredProcess, RecoverTold } from './recover-messages.ts';

const PROCESS = new URL('./recover-process.js', import.meta.url);
/** Rough rates, for the bars only. */
const WRITTEN_A_SECOND = 70_000;
const AUDITED_A_SECOND = 200_000;

export interface Recovery {
  readonly written: WrittenDay;
  readonly recovered: RecoveredProcess;
  readonly fileBytes: number;
  readonly verdict: Verdict | null;
}

export interface RecoveryOptions {
  readonly size: DaySize;
  /** Whether the auditor goes through the whole log afterwards. */
  readonly audit: boolean;
}

export async function measureRecovery(
  children: Children,
  { size, audit }: RecoveryOptions,
  progress: Progress,
): Promise<Recovery> {
  return await inTemporaryFolder(async (directory) => {
    const file = join(directory, 'usher.db');
    const decisions = size.bookings * 2 * (1 + size.releasesPerBooking);
    progress.stretch('writing the log', decisions / WRITTEN_A_SECOND);
    const written = await writeDayLog(file, size, () => undefined);
    const fileBytes = statSync(file).size;
    progress.stretch('restarting from it', 2 + decisions / 500_000);
    const recovered = await recoverInProcess(children, file);
    if (audit) progress.stretch('auditing it', decisions / AUDITED_A_SECOND);
    return { written, recovered, fileBytes, verdict: audit ? auditOf(file) : null };
  });
}

async function recoverInProcess(children: Children, file: string): Promise<RecoveredProcess> {
  const child = children.fork(PROCESS);
  const ended = once(child, 'exit');
  const asked: RecoverAsked = { file };
  child.send(asked);
  const answered = once(child, 'message') as Promise<[RecoverTold]>;
  const [told] = await Promise.race([answered, ended.then(() => [undefined] as const)]);
  if (told === undefined) throw new Error('the process that recovers the log ended too early');
  if (told.type === 'failed') throw new Error(`the log was not recovered: ${told.text}`);
  await ended;
  return told;
}

function auditOf(file: string): Verdict {
  const log = new LogFile(file);
  try {
    const auditor = new Auditor({ mostFindings: 5 });
    for (const _ of log.audit(auditor));
    auditor.finish();
    return verdictOf(auditor);
  } finally {
    log.close();
  }
}
