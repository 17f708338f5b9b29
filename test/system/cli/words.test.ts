/** What `usher` says to whoever uses it wrongly, asks for help, or stops listening. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nearest } from '../../../gateway/cli/command.ts';
import { built } from '../../support/built.ts';
import { usher } from '../../support/usher-command.ts';

const own = ['partner', 'show', 'scan', 'queue', 'backup', 'restore', 'rebuild', 'doctor'];
const all = ['serve', 'audit', ...own];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'usher-words-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const typed = (line: string) =>
  usher(line.split(' '), { env: { USHER_DATA: join(folder, 'none.db') } });

describe('usher', () => {
  it('tells of all its commands, and of each by itself', async () => {
    const { stdout, code } = await typed('--help');
    expect(code).toBe(0);
    for (const name of all) expect(stdout).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
    const helps = await Promise.all(all.map((name) => typed(`${name} --help`)));
    for (const [index, said] of helps.entries()) {
      expect(said, all[index]).toMatchObject({ code: 0, stderr: '' });
      expect(said.stdout).toContain('Usage:');
      expect(said.stdout).toContain('--json'.slice(0, all[index] === 'serve' ? 2 : 6));
    }
    expect((await typed('help backup')).stdout).toBe(helps[all.indexOf('backup')]?.stdout);
  }, 20_000);

  const wrong: readonly (readonly [line: string, sentence: RegExp])[] = [
    ['bakup', /Did you mean "usher backup"\?/],
    ['xyzzy', /See "usher --help"/],
    ['partner lsit', /did you mean "list"/],
    ['queue frobnicate', /there is "list", "retry" or "drop"/],
    ['show status', /Say which show/],
    ['scan', /Say the code of a ticket/],
    ['backup', /Say where to write the copy/],
    ['backup one two', /"two" is one too many/],
    ['restore --frce x', /Unknown option "--frce"\. See --help/],
    ['rebuild extra', /"extra" is one too many/],
    ['doctor --port many', /--port <number> is a whole number/],
    ['partner add Lux --name L --email a@b.example', /"Lux" does not/],
    ['partner list --email a@b.example', /"list" knows no --email/],
    ['partner revoke lux uk_0123456789ab_secret', /which here is 0123456789ab/],
    ['queue retry 1 --kind mail', /not both/],
    ['serve --prot 80', /Unknown option "--prot"/],
    ['audit', /Name the file of the log/],
  ];
  it.each(wrong)('usher %s: wrong use, exit code 2', async (line, sentence) => {
    const { code, stdout, stderr } = await typed(line);
    expect(stderr).toMatch(sentence);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n').length).toBeLessThan(4);
  });

  const nothing = ['backup b.db', 'rebuild', 'restore b.db', 'queue list', 'show status x'];
  it.each([...nothing, 'scan x', 'partner list'])(
    'usher %s: says what is not there',
    async (line) => {
      const { code, stderr } = await typed(line);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^usher: (There is no file|No server runs on) .*\.\n$/);
    },
  );

  it('says that a server whose file was left behind does not answer', async () => {
    const data = join(folder, 'left.db');
    const facts = { url: 'http://127.0.0.1:9', pid: process.pid, token: 'uo_old' };
    writeFileSync(`${data}-server.json`, JSON.stringify(facts));
    const { code, stderr } = await usher(['queue', 'list', '--data', data]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/does not answer: .*usher doctor/);
  });

  it('takes no file of another program', async () => {
    const other = join(folder, 'other.db');
    writeFileSync(other, 'just a text');
    for (const line of [
      `rebuild --data ${other}`,
      `restore ${other}`,
      `backup b --data ${other}`,
    ]) {
      const { code, stderr } = await typed(line);
      expect({ line, code }).toEqual({ line, code: 3 });
      expect(stderr).toContain('no Usher log');
    }
  });

  it('ends quietly where nobody listens any more', async () => {
    const child = spawn(process.execPath, [built('gateway/cli/main.js'), '--help']);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' });
  });
});

describe('a hint', () => {
  it('is for a slip or two, and for a beginning', () => {
    expect(nearest('bakcup', all)).toBe('backup');
    expect(nearest('RESTORE', all)).toBe('restore');
    expect(nearest('part', all)).toBe('partner');
    expect(nearest('docter', all)).toBe('doctor');
    expect(nearest('elephant', all)).toBeUndefined();
    expect(nearest('x', all)).toBeUndefined();
  });
});
