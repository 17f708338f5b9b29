/** The README's example is run as it stands, as a newcomer would run it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const example = /<!-- example:[^>]*-->\n```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';

describe('the README', () => {
  it('has an example of some 20 lines', () => {
    const lines = example.trim().split('\n').length;
    expect(lines).toBeGreaterThan(10);
    expect(lines).toBeLessThanOrEqual(22);
  });

  it('[W3] [W4] [B1] its example holds, waits and books in one process', () => {
    const folder = mkdtempSync(join(tmpdir(), 'usher-readme-'));
    const script = join(root, 'test-output', 'readme-example.mjs');
    mkdirSync(join(root, 'test-output'), { recursive: true });
    writeFileSync(script, example);
    try {
      const output = execFileSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' });
      expect(output).toMatch(/^waitInLine$/m);
      expect(output).toMatch(/type: 'offer'/);
      expect(output).toMatch(/party: 2/);
      expect(output).toMatch(/booking: 'FRIDAY-00\d'/);
      expect(output).toMatch(/total: 50000/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
