/** Before any test: the compiled server and the pages, which the system and browser tests run. */
import { execFileSync } from 'node:child_process';

export function setup(): void {
  if (process.env.USHER_SKIP_BUILD === '1') return;
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
