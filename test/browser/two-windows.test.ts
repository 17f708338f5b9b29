/** Proves, in a real browser on the real server, that people see each other's choices. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { UsherClient } from '../../gateway/client/index.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { launchChromium, openWindow, type Window } from './chromium.ts';
import { type DemoShow, demoShows, holdBySomeone, person, spoken } from './demo-show.ts';
import { button, freeSeats, goToShow, seat, seatIn } from './seats.ts';

let server: ServerProcess;
let browser: Browser;
let large: DemoShow;
let small: DemoShow;
const windows: Window[] = [];
const people: UsherClient[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([startServerProcess(), launchChromium()]);
  const client = await person(server.socketUrl);
  people.push(client);
  [large] = (await demoShows(client, 100, 600)) as [DemoShow];
  [small] = (await demoShows(client, 1, 70)) as [DemoShow];
});

afterEach(async () => {
  const complaints = windows.flatMap((window) => window.complaints);
  for (const window of windows.splice(0)) await window.close();
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  for (const client of people) client.close();
  await browser?.close();
  await server?.stop();
});

async function windowOn(show: DemoShow) {
  const window = await openWindow(browser, server.url);
  windows.push(window);
  await goToShow(window.page, server.url, show);
  return window.page;
}

/** Milliseconds from the click that holds a seat in one window to its turning in the other. */
async function turnTime(show: DemoShow, index: number): Promise<number> {
  const [one, other] = await Promise.all([windowOn(show), windowOn(show)]);
  await seatIn(other, index, 'free').waitFor();
  const turned = seat(other, index).evaluate(
    (target) =>
      new Promise<number>((resolve) => {
        new MutationObserver(() => {
          if (target.dataset.state === 'held') resolve(Date.now());
        }).observe(target, { attributes: true });
      }),
  );
  await seat(one, index).click();
  const clicked = button(one, 'Hold').evaluate(
    (target) =>
      new Promise<number>((resolve) => {
        target.addEventListener('click', () => resolve(Date.now()), { once: true });
      }),
  );
  await button(one, 'Hold').click();
  await seatIn(one, index, 'mine').waitFor();
  return (await turned) - (await clicked);
}

describe('two windows on one show', () => {
  it('a seat taken in one turns in the other within 300 ms', async () => {
    const times = [await turnTime(large, 20), await turnTime(large, 40)];
    // The better of two: a busy machine may stop everything for a moment, not twice.
    expect(Math.min(...times)).toBeLessThan(300);
  });

  it('[R4] both click the same seat at once: one gets it, the other is told which it lost', async () => {
    const pages = await Promise.all([windowOn(large), windowOn(large)]);
    const index = 60;
    for (const page of pages) await seat(page, index).click();
    await Promise.all(pages.map((page) => button(page, 'Hold').dispatchEvent('click')));
    const outcomes = await Promise.all(
      pages.map(async (page) => {
        const got = page.getByTestId('held');
        const lost = page.getByRole('status').filter({ hasText: spoken(large.seats[index]) });
        await got
          .or(lost.filter({ hasText: 'quicker' }))
          .first()
          .waitFor();
        return (await got.count()) > 0 ? 'got' : 'lost';
      }),
    );
    expect([...outcomes].sort()).toEqual(['got', 'lost']);
    const loser = pages[outcomes.indexOf('lost')] ?? pages[0];
    await seatIn(loser, index, 'held').waitFor();
    expect(await seat(loser, index).getAttribute('aria-pressed')).toBe('false');
    expect(await seat(loser, index).getAttribute('aria-label')).toMatch(/held by someone else$/);
  });

  it('[W3][W4] the last seats are held, a third waits, gets an exclusive offer and books', async () => {
    const first = await windowOn(small);
    const last = (await freeSeats(first)).slice(-3);
    const rest = (await freeSeats(first)).filter((index) => !last.includes(index));
    people.push(...(await holdBySomeone(server.socketUrl, small, rest)));
    for (const index of last) await seat(first, index).click();
    await button(first, 'Hold').click();
    await first.getByTestId('held').waitFor();

    const third = await windowOn(small);
    await third.getByTestId('join-box').waitFor();
    await third.getByTestId('party').selectOption('3');
    await button(third, 'Join the line').click();
    await third.getByTestId('waiting').waitFor();
    expect(await third.getByTestId('ahead').textContent()).toBe('0');

    const fourth = await windowOn(small);
    await fourth.getByTestId('party').selectOption('1');
    await button(fourth, 'Join the line').click();
    await fourth.getByTestId('ahead').filter({ hasText: '1' }).waitFor();

    await button(first, 'Release').click();
    await third.getByTestId('offer').waitFor();
    // Exclusive: neither the next in line nor a newcomer can have what was offered.
    const newcomer = await person(server.socketUrl);
    people.push(newcomer);
    const refused = await newcomer.hold(small.id, last.slice(0, 1));
    expect(refused).toMatchObject({ type: 'rejected', reason: 'waitInLine' });
    expect(await fourth.getByTestId('waiting').count()).toBe(1);
    await fourth.getByTestId('ahead').filter({ hasText: '0' }).waitFor();

    for (const index of last) await seat(third, index).click();
    await button(third, 'Hold').click();
    await third.getByTestId('held').waitFor();
    await button(third, 'Book').click();
    const reference = await third.getByTestId('reference').textContent();
    expect(reference).toMatch(/^[0-9A-Z-]+-[0-9A-Z]+$/);
    for (const index of last) await seatIn(first, index, 'booked').waitFor();
    await button(fourth, 'Leave the line').click();
    await fourth.getByTestId('waiting').waitFor({ state: 'detached' });
  });
});
