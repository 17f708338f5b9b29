/** Proves what a person sees when the server dies under them and comes back. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServerProcess } from '../support/server-process.ts';
import { launchChromium, openWindow } from './chromium.ts';
import { demoShows, person } from './demo-show.ts';
import { button, goToShow, seat, seatIn } from './seats.ts';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await launchChromium();
  folder = await mkdtemp(join(tmpdir(), 'usher-outage-'));
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a server that is killed and started again', () => {
  it('[W9][D2] a hold is still there, no click made meanwhile is carried out', {
    timeout: 60_000,
  }, async () => {
    const data = join(folder, 'usher.db');
    // Below the ports that the system gives to outgoing connections: while the server is away,
    // the browser's own attempts must not come to sit on its port.
    const port = 20_000 + (process.pid % 10_000);
    let server = await startServerProcess({ data, port });
    const { url, socketUrl } = server;
    const client = await person(socketUrl);
    const [show] = await demoShows(client, 100, 600);
    client.close();
    if (!show) throw new Error('no show');
    const { page } = await openWindow(browser, url);
    await goToShow(page, url, show);
    await seat(page, 30).click();
    await button(page, 'Hold').click();
    await seatIn(page, 30, 'mine').waitFor();

    await server.kill();
    await page.getByTestId('banner').filter({ hasText: 'Reconnecting' }).waitFor();
    expect(await button(page, 'Book').getAttribute('aria-disabled')).toBe('true');
    await button(page, 'Book').click({ force: true });
    await seat(page, 31).click({ force: true });
    expect(await seat(page, 31).getAttribute('aria-pressed')).toBe('false');

    server = await startServerProcess({ data, port });
    await page.getByTestId('banner').waitFor({ state: 'hidden' });
    await seatIn(page, 30, 'mine').waitFor();
    expect(await page.getByTestId('booked').count()).toBe(0);
    await page.reload();
    await seatIn(page, 30, 'mine').waitFor();
    await button(page, 'Book').click();
    await page.getByTestId('reference').waitFor();
    await server.stop();
  });
});
