/** `usher partner`, `show`, `scan` and `queue` at a running server, as operators use them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MailServer } from '../../support/mail-server.ts';
import { client, codesOf, type OneCinema, startOneCinema } from '../../support/one-cinema.ts';
import { Desk } from '../../support/partner-desk.ts';
import { soon } from '../../support/payers.ts';
import { usher, usherJson } from '../../support/usher-command.ts';

let folder = '';
let env: Record<string, string>;
let house: OneCinema;
let mail: MailServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usher-desk-'));
  const data = join(folder, 'usher.db');
  env = { USHER_DATA: data };
  mail = await MailServer.start();
  house = await startOneCinema(data, ['--smtp-url', mail.url]);
}, 40_000);

afterAll(async () => {
  await house.server.stop();
  await mail.close();
  rmSync(folder, { recursive: true, force: true });
});

const typed = (line: string, input = '') => usher(line.split(' '), { env, input });
const json = <Answer>(line: string) => usherJson<Answer>(line.split(' '), { env });
const opens = async (key: string) =>
  (await new Desk(house.server.url, key).get('/api/v1/partner/cinemas')).status;

interface Key {
  readonly id: string;
  readonly key: string;
  readonly scopes: readonly string[];
}

describe('usher partner', () => {
  it('[C2] a key lives: made, shown once, rotated, revoked', async () => {
    const added = ['partner', 'add', 'rex', '--name', 'Rex', '--email', 'a@rex.example'];
    const { key: first } = await usherJson<{ key: string }>(added, { env });
    expect(await opens(first)).toBe(200);
    const again = await usher(added, { env });
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('"rex" is in already');

    const door = await json<Key>('partner key rex --name door --scopes sell');
    expect(door).toMatchObject({ name: 'door', scopes: ['sell'] });
    expect(await opens(door.key)).toBe(403);
    const listed = await typed('partner keys rex');
    expect(listed.stdout.split('\n').filter((line) => line !== '')).toHaveLength(2);
    expect(listed.stdout).not.toContain(door.key.split('_')[2]);

    const kept = await json<Key>(`partner rotate rex ${door.id} --keep`);
    expect([await opens(door.key), await opens(kept.key)]).toEqual([403, 403]);
    const newest = await json<Key>(`partner rotate rex ${kept.id}`);
    expect(newest).toMatchObject({ name: 'door', scopes: ['sell'], revoked: true });
    expect([await opens(kept.key), await opens(newest.key)]).toEqual([401, 403]);
    expect((await typed(`partner revoke rex ${door.id}`)).code).toBe(0);
    expect(await opens(door.key)).toBe(401);
    expect((await typed(`partner revoke rex ${door.id}`)).code).toBe(1);
    expect((await typed(`partner revoke lux ${newest.id}`)).code).toBe(1);
    expect(await opens(newest.key)).toBe(403);
  }, 30_000);

  it('[C2] a suspended partner’s keys open nothing until it is let in again', async () => {
    const { key = '' } = house.partner;
    expect((await typed('partner suspend lux')).code).toBe(0);
    expect(await opens(key)).toBe(401);
    expect((await typed('partner list')).stdout).toMatch(/^lux +suspended/m);
    const person = client(house.server);
    expect((await codesOf(person, house.show, [9])).codes).toHaveLength(1);
    person.close();
    expect((await typed('partner resume lux')).code).toBe(0);
    expect(await opens(key)).toBe(200);
    expect((await typed('partner list')).stdout).toMatch(/^lux +in /m);
  });

  it('changes what is said to change, and nothing else', async () => {
    await typed('partner change lux --email new@lux.example');
    const { items } = await json<{ items: { id: string }[] }>('partner list');
    const lux = { id: 'lux', name: 'Cinemas of lux', email: 'new@lux.example' };
    expect(items.find(({ id }) => id === 'lux')).toEqual(lux);
  });
});

describe('usher scan', () => {
  it('[B1] without a server, by the public key alone; with it, once', async () => {
    const person = client(house.server);
    const { booking, codes } = await codesOf(person, house.show, [0, 1]);
    const [one = '', two = ''] = codes;
    const pem = join(folder, 'key.pem');
    const served = await fetch(`${house.server.url}/api/v1/ticket-key`);
    writeFileSync(pem, await served.text());
    const forged = `${one.slice(0, -4)}AAAA`;

    // Elsewhere: no data, no server.
    const offline = { env: { USHER_DATA: join(folder, 'none.db') } };
    const genuine = await usher(['scan', one, '--key', pem], offline);
    expect(genuine).toMatchObject({ code: 0, stdout: expect.stringContaining('GENUINE') });
    expect(await usher(['scan', forged, '--key', pem], offline)).toMatchObject({ code: 1 });
    const other = await usher(['scan', one, '--key', pem, '--show', 'other'], offline);
    expect(other).toMatchObject({ code: 1, stdout: expect.stringContaining('ANOTHER SHOW') });
    const wrongKey = await usher(['scan', one, '--key', house.server.data], offline);
    expect(wrongKey.code).toBe(2);

    await soon('the booking is in the tables', async () => {
      const first = await typed(`scan ${one} --gate East`);
      return first.code === 0;
    });
    const again = await typed(`scan ${one}`);
    expect(again).toMatchObject({ code: 1, stdout: expect.stringMatching(/NOT AGAIN.*East/) });
    await person.cancel(house.show, [booking]);
    await soon('its end is in the tables', async () => {
      return (await typed(`scan ${two}`)).stdout.startsWith('CANCELLED');
    });
    person.close();
  }, 30_000);

  it('reads a line a ticket, and goes on after one that cannot be checked', async () => {
    const person = client(house.server);
    const { codes } = await codesOf(person, house.show, [2]);
    person.close();
    const lines = ['nonsense', 'x'.repeat(2_000), '', ...codes];
    await soon('the booking is in the tables', async () => {
      const { code, stdout } = await typed('scan - --json', `${lines.join('\n')}\n`);
      expect(code).toBe(1);
      const outcomes = stdout.trim().split('\n');
      const [first, second, third] = outcomes.map((each) => JSON.parse(each).outcome);
      expect([first, second]).toEqual(['forged', 'notChecked']);
      return third === 'admit';
    });
  });
});

interface Queue {
  readonly kinds: readonly { kind: string; dead: number }[];
  readonly items: readonly { id: string; state: string; error?: string }[];
}

describe('usher queue', () => {
  it('[N1] lists what a dead mail server left, tries it again, or gives it up', async () => {
    await mail.close();
    const people = ['ann', 'bob'];
    for (const [index, name] of people.entries()) {
      const person = client(house.server);
      await person.contact({ email: `${name}@example.org` });
      await codesOf(person, house.show, [3 + index]);
      person.close();
    }
    await soon('both have failed once', () => countTasks('waiting') === 2, 10_000);
    // As after a night of tries.
    const db = new Database(house.server.data, { timeout: 5_000 });
    db.prepare("UPDATE tasks SET attempts = 19, due_ms = 0 WHERE kind = 'mail'").run();
    db.close();
    await soon('both are given up', () => countTasks('dead') === 2, 15_000);
    const { kinds, items } = await json<Queue>('queue list --dead');
    expect(kinds).toMatchObject([{ kind: 'mail', dead: 2 }]);
    expect(items).toHaveLength(2);
    expect(items[0]?.error).toMatch(/ECONNREFUSED/);
    expect((await typed('queue list --dead --kind sms')).stdout).not.toContain('note:');

    await mail.open();
    const [ann = '', bob = ''] = items.map(({ id }) => id);
    expect((await typed(`queue drop ${ann}`)).code).toBe(0);
    expect((await typed(`queue drop ${ann}`)).code).toBe(1);
    expect((await typed(`queue retry ${bob}`)).stdout).toBe('1 tried again.\n');
    await soon('his mail', () => mail.to('bob@example.org').length === 1);
    await soon('nothing is left', async () => (await json<Queue>('queue list')).items.length === 0);
    expect(mail.to('ann@example.org')).toHaveLength(0);
    expect((await typed('queue retry --kind mail')).code).toBe(1);
  }, 60_000);
});

function countTasks(state: string): number {
  const db = new Database(house.server.data, { readonly: true });
  try {
    return db
      .prepare('SELECT count(*) FROM tasks WHERE state = ? AND attempts > 0')
      .pluck()
      .get(state) as number;
  } finally {
    db.close();
  }
}

describe('usher show', () => {
  it('[S2] [S3] closes, opens and cancels, the last only with --yes', async () => {
    const phase = async (line: string) =>
      /phase +(\w+)/.exec((await typed(line)).stdout)?.[1] ?? 'none';
    const { show } = house;
    expect(await phase(`show status ${show}`)).toBe('onSale');
    expect(await phase(`show close ${show}`)).toBe('closed');
    const asked = await typed(`show cancel ${show}`);
    expect(asked).toMatchObject({ code: 1, stdout: expect.stringContaining('--yes') });
    expect(await phase(`show status ${show}`)).toBe('closed');
    expect(await phase(`show cancel ${show} --yes`)).toBe('cancelled');
    expect((await typed('show status nowhere')).stderr).toContain('no show "nowhere"');
  });
});
