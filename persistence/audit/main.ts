#!/usr/bin/env node
/**
 * `npm run audit -- <file>`: says whether a log was kept by the rules, and tells what happened in
 * it. It only reads, also while a server writes. With `--json` exactly one object goes to standard
 * output; everything else is said on standard error.
 *
 * Exit codes: 0 sound, 1 something was found, 2 wrong use.
 */
import { Auditor } from './auditor.ts';
import { LogFile, reasonOf, UnusableFile } from './log-file.ts';
import { type AuditOptions, parseOptions } from './options.ts';
import { startProgress } from './progress.ts';
import { renderReport, reportOf } from './report.ts';
import { NoSuchThing, Story } from './story.ts';

/** Lets the terminal's bar move and Ctrl-C come through between batches. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

async function audit({ file, question, json }: AuditOptions): Promise<number> {
  const startedMs = performance.now();
  const log = new LogFile(file);
  const progress = await startProgress(log.frames);
  try {
    const story = new Story(question);
    const auditor = new Auditor({ onlooker: story });
    try {
      for (const read of log.audit(auditor)) {
        progress.to(read);
        await breathe();
      }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      const sentence = `SQLite finds the file damaged: ${reasonOf(error)}.`;
      auditor.tell('file-damaged', { partition: -1, lsn: 0 }, sentence);
    }
    auditor.finish();
    if (auditor.counts.findings === 0) story.finish(auditor.books);
    progress.stop();
    const seconds = (performance.now() - startedMs) / 1000;
    const { partitions, warnings } = log;
    const report = reportOf(auditor, story, { file, partitions, seconds, warnings });
    process.stdout.write(
      json ? `${JSON.stringify(report)}\n` : renderReport(report, question.atMs),
    );
    return report.sound ? 0 : 1;
  } finally {
    progress.stop();
    log.close();
  }
}

async function main(): Promise<number> {
  const parsed = parseOptions(process.argv.slice(2));
  if (parsed.type === 'shown') return 0;
  if (parsed.type === 'refused') {
    process.stderr.write(`${parsed.reason}\n"usher audit --help" tells what there is.\n`);
    return 2;
  }
  try {
    return await audit(parsed.options);
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    return error instanceof UnusableFile || error instanceof NoSuchThing ? 2 : 1;
  }
}

process.exitCode = await main();
