/** Proves that a server accepts no more connections than the system gives it files for. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { affordableConnections } from '../../gateway/open-files.ts';
import { built } from '../support/built.ts';
import { RawSocket } from '../support/raw-socket.ts';

const table = (most: string) =>
  `Limit                     Soft Limit           Hard Limit           Units\n` +
  `Max processes             1                    1                    processes\n` +
  `Max open files            ${most.padEnd(20)} 1048576              files\n`;

describe('the connections that can be afforded', () => {
  it('are as many as wanted, or as the files allow, shared by all gateways', () => {
    expect(affordableConnections(50_000, 1, table('1048576'))).toBe(50_000);
    expect(affordableConnections(50_000, 1, table('1024'))).toBe(896);
    expect(affordableConnections(50_000, 4, table('1024'))).toBe(224);
    expect(affordableConnections(100, 4, table('1024'))).toBe(100);
    expect(affordableConnections(50_000, 1, table('20'))).toBe(1);
  });

  it('are as many as wanted where the system does not tell', () => {
    expect(affordableConnections(50_000, 1, '')).toBe(50_000);
    expect(affordableConnections(50_000, 1, table('unlimited'))).toBe(50_000);
  });
});

describe('a server with few files', () => {
  it('refuses who would be one too many with 503, and does not wear itself out over it', async () => {
    const files = 300;
    const folder = await mkdtemp(join(tmpdir(), 'usher-files-'));
    const flags = `--port 0 --demo --demo-days 1 --log-level warn --data ${join(folder, 'a.db')}`;
    const start = `ulimit -n ${files}; exec "$0" "$1" ${flags}`;
    const server = spawn('sh', ['-c', start, process.execPath, built('gateway/main.js')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [said] = (await once(server.stdout, 'data')) as [Buffer];
      const url = `${/http(:\/\/[\w.:]+)/.exec(said.toString())?.[1]}/ws`.replace(/^/, 'ws');
      const opened: RawSocket[] = [];
      let refusal = '';
      while (refusal === '' && opened.length < files) {
        await RawSocket.open(url).then(
          (raw) => opened.push(raw),
          (error: Error) => {
            refusal = error.message;
          },
        );
      }
      expect(refusal).toContain('503');
      expect(opened.length).toBe(files - 128);
      const cpuMs = async () => {
        const fields = (await readFile(`/proc/${server.pid}/stat`, 'utf8')).split(' ');
        return (Number(fields[13]) + Number(fields[14])) * 10;
      };
      const before = await cpuMs();
      await new Promise((later) => setTimeout(later, 1_000));
      expect((await cpuMs()) - before).toBeLessThan(500);
      for (const raw of opened) raw.cut();
    } finally {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    }
  });
});
