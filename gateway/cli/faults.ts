/** What the system or the database objects to, as a sentence that says what to do. */
import { LogFault } from '../../engine/shard/log-store.ts';
import { UnusableFile } from '../../persistence/audit/log-file.ts';
import { CommandError, EXIT } from './command.ts';

export interface Fault {
  readonly sentence: string;
  readonly exitCode: number;
}

/** By the system's code, or the beginning of SQLite's. */
const advice: readonly (readonly [code: RegExp, what: string])[] = [
  [/^(EACCES|EPERM)$/, 'you may not: run this as the user that the server runs as'],
  [/^(ENOSPC|EDQUOT|SQLITE_FULL)/, 'the disk is full: make room and say this again'],
  [/^EFBIG$/, 'the file may not grow so large: see "ulimit -f"'],
  [/^(ENOENT|ENOTDIR)$/, 'there is no such folder or file'],
  [/^EEXIST$/, 'something else of that name is in the way'],
  [/^EROFS$/, 'that file system can only be read'],
  [/^SQLITE_(BUSY|LOCKED)/, 'another program holds the file: say this again when it is done'],
  [/^SQLITE_IOERR/, 'the disk refused to read or write: it may be full, or failing'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'the file is damaged: "usher audit" tells more'],
  [/^SQLITE_(CANTOPEN|READONLY|PERM)/, 'the file or its folder may not be written by you'],
];

export function faultOf(error: unknown): Fault {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof CommandError) return { sentence: text, exitCode: error.exitCode };
  const isLog = error instanceof LogFault || error instanceof UnusableFile;
  if (isLog) return { sentence: text, exitCode: EXIT.log };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [, what] = advice.find(([pattern]) => pattern.test(code)) ?? [];
  if (what === undefined) return { sentence: text, exitCode: EXIT.failed };
  const path = error instanceof Error && 'path' in error ? `${String(error.path)}: ` : '';
  const exitCode = /^SQLITE_(CORRUPT|NOTADB)/.test(code) ? EXIT.log : EXIT.failed;
  return { sentence: `${path}${what} (${code}).`, exitCode };
}
