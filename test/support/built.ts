/** Where the built program is, as seen from a test and from a test's built form alike. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = projectOf(fileURLToPath(new URL('.', import.meta.url)));

/** A built file, e.g. of `gateway/main.js`. @throws Error where nothing has been built. */
export function built(path: string): string {
  const file = join(root, 'dist', path);
  if (!existsSync(file)) throw new Error(`${file} is not built: run "npm run build" first`);
  return file;
}

function projectOf(folder: string): string {
  const above = join(folder, '..');
  if (existsSync(join(folder, 'package.json')) || above === folder) return folder;
  return projectOf(above);
}
