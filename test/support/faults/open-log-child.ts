/** Opens a log, which makes or migrates it, and closes it; for a parent that kills it meanwhile. */
import { openSqliteLog } from '../../../persistence/sqlite/open-sqlite-log.ts';

const [, , file = ''] = process.argv;
openSqliteLog({ file }).closeSync();
