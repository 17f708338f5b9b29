/**
 * Pictures of every view, light and dark, at a desk and on a phone, for a person to look at; and
 * proof that no view is wider than the phone.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsherClient } from '../../gateway/client/index.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { launchChromium, openWindow } from './chromium.ts';
import { type DemoShow, demoShows, holdBySomeone, person } from './demo-show.ts';
import { button, freeSeats, goToShow, seat } from './seats.ts';

const folder = fileURLToPath(new URL('../../test-output/', import.meta.url));
const people: UsherClient[] = [];
let server: ServerProcess;
let browser: Browser;
let large: DemoShow;
let smalls: readonly DemoShow[];

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  [server, browser] = await Promise.all([startServerProcess(), launchChromium()]);
  const client = await person(server.socketUrl);
  people.push(client);
  [large] = (await demoShows(client, 300, 600)) as [DemoShow];
  smalls = await demoShows(client, 1, 70, looks.length);
  const someSeats = large.seats.filter(({ index }) => index % 3 === 0 && index < 180);
  const held = someSeats.map(({ index }) => index);
  people.push(...(await holdBySomeone(server.socketUrl, large, held)));
  for (const other of people.slice(1, 4)) {
    const hold = other.mineOf(large.id).holds[0];
    if (hold) await other.book(large.id, hold.hold);
  }
});

afterAll(async () => {
  for (const client of people) client.close();
  await browser?.close();
  await server?.stop();
});

const looks: readonly (readonly [name: string, BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true }],
];

async function picture(page: Page, look: string, view: string): Promise<void> {
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(tooWide, `${view} is wider than the window`).toBe(false);
  await page.screenshot({ path: `${folder}${look}-${view}.png` });
}

describe('pictures of every view', () => {
  it.each(looks)('%s', { timeout: 60_000 }, async (look, options) => {
    const { page, complaints, close } = await openWindow(browser, server.url, options);
    await page.locator('[data-city]').first().waitFor();
    await picture(page, look, '1-cities');
    await page.goto(`${server.url}/#/city/${large.city}`);
    await page.locator('[data-movie]').first().waitFor();
    await picture(page, look, '2-movies');
    await page.goto(`${server.url}/#/city/${large.city}/movie/${large.movie}`);
    await page.locator('[data-show]').first().waitFor();
    await picture(page, look, '3-shows');
    await goToShow(page, server.url, large);
    for (const index of (await freeSeats(page)).slice(60, 63)) await seat(page, index).click();
    await picture(page, look, '4-seat-map');
    await page.getByTestId('best-5').click();
    await page.getByTestId('prices').waitFor();
    await page.getByTestId('held').scrollIntoViewIfNeeded();
    await picture(page, look, '5-hold');
    await button(page, 'Book').click();
    await page.getByTestId('reference').waitFor();
    await picture(page, look, '6-booking');

    const small = smalls[looks.findIndex(([name]) => name === look)];
    if (!small) throw new Error('too few small shows');
    await goToShow(page, server.url, small);
    people.push(...(await holdBySomeone(server.socketUrl, small, await freeSeats(page))));
    await button(page, 'Join the line').click();
    await page.getByTestId('waiting').waitFor();
    await page.getByTestId('waiting').scrollIntoViewIfNeeded();
    await picture(page, look, '7-waiting');
    const [someone] = people.slice(-6);
    const hold = someone?.mineOf(small.id).holds[0];
    if (someone && hold) await someone.release(small.id, hold.hold);
    await page.getByTestId('offer').waitFor();
    await page.getByTestId('offer').scrollIntoViewIfNeeded();
    await picture(page, look, '8-offer');
    await page.goto(`${server.url}/#/mine`);
    await page.locator('[data-booking]').first().waitFor();
    await picture(page, look, '9-my-bookings');
    expect(complaints).toEqual([]);
    await close();
  });
});
