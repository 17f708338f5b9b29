/**
 * The browser tests need a real Chromium. This finds one, installs Debian's where it can, or ends
 * the run naming the one command that does; no test is skipped for want of a browser.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const INSTALL = 'apt-get update && apt-get install -y --no-install-recommends chromium';
const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

const found = () => places.find((place) => place !== undefined && existsSync(place));

if (found() === undefined && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  process.stdout.write('Installing Chromium for the browser tests …\n');
  spawnSync('sh', ['-c', INSTALL], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
if (found() === undefined) {
  process.stderr.write(
    `The browser tests need Chromium. Run: sudo sh -c '${INSTALL}'\n` +
      'or set CHROMIUM_PATH to an installed one.\n',
  );
  process.exit(1);
}
