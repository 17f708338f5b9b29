/** Proves that all can be done without a mouse, from the list of cities to a cancellation. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { launchChromium, openWindow } from './chromium.ts';

let server: ServerProcess;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServerProcess(), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Presses Tab until the focus is on an element that matches. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab');
    const there = await page.evaluate((wanted) => {
      return document.activeElement?.matches(wanted) ?? false;
    }, selector);
    if (there) return;
  }
  throw new Error(`the Tab key never reaches ${selector}`);
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Whether the element in focus can be seen to have it. */
function focusIsVisible(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    return focused !== null && getComputedStyle(focused).outlineStyle !== 'none';
  });
}

describe('by keyboard alone', () => {
  it('chooses, holds, changes, books and cancels', async () => {
    const { page, complaints } = await openWindow(browser, server.url);
    await page.locator('[data-city]').first().waitFor();
    await tabTo(page, '[data-city="tokyo"]');
    expect(await focusIsVisible(page)).toBe(true);
    await press(page, 'Enter');
    await page.locator('[data-movie]').first().waitFor();
    await tabTo(page, '[data-movie]');
    await press(page, 'Enter');
    await page.locator('[data-show]').first().waitFor();
    // The last show of the list starts late enough for the test to end before it.
    const shows = await page.locator('a[data-show]').count();
    const show = await page
      .locator('a[data-show]')
      .nth(shows - 1)
      .getAttribute('data-show');
    await tabTo(page, `[data-show="${show}"]`);
    await press(page, 'Enter');
    await page.locator('.seat[data-state="free"]').first().waitFor();
    await page.getByTestId('choose').waitFor();

    // The whole map is one stop; arrows walk, space and enter choose.
    await tabTo(page, '.seat');
    expect(await focusIsVisible(page)).toBe(true);
    const start = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(start).toMatch(/^Row \w+, seat \d+, .+, ¥[\d,]+, free$/);
    await press(page, 'Home', 'Space', 'ArrowRight', 'Enter', 'ArrowDown', 'End', 'Control+Home');
    expect(await page.locator('.seat[aria-pressed="true"]').count()).toBe(2);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-seat'))).toBe('0');

    await tabTo(page, '[data-testid="hold"]');
    await press(page, 'Enter');
    await page.getByTestId('held').waitFor();
    expect(await page.getByTestId('time-left').textContent()).toMatch(/^(5:00|4:5\d)$/);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Held for you');

    await press(page, 'Shift+Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toMatch(/^seat /);
    await press(page, 'Control+End', 'Space');
    await tabTo(page, '[data-testid="change"]');
    await press(page, 'Enter');
    await page.locator('[data-testid="prices"] > div').nth(3).waitFor();
    expect(await page.locator('.seat[data-state="mine"]').count()).toBe(3);

    await tabTo(page, '[data-testid="book"]');
    await press(page, 'Enter');
    const reference = await page.getByTestId('reference').textContent();
    await page
      .getByRole('status')
      .filter({ hasText: `Your reference is ${reference}` })
      .waitFor();

    await tabTo(page, '[data-testid="panel-mine"], a[href="#/mine"]');
    await press(page, 'Enter');
    await tabTo(page, `[data-booking="${reference}"] [data-testid="cancel"]`);
    await press(page, 'Enter');
    await tabTo(page, '[data-testid="yes"]');
    await press(page, 'Enter');
    await page.locator(`[data-booking="${reference}"][data-state="cancelled"]`).waitFor();
    await page.getByRole('status').filter({ hasText: 'will be paid back' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('Back and refresh keep the place, with its filters', async () => {
    const { page } = await openWindow(browser, `${server.url}/#/city/berlin`);
    await page.locator('[data-movie]').first().waitFor();
    const all = await page.locator('[data-movie]').count();
    await page.getByTestId('filter-genre').selectOption({ index: 1 });
    await page.waitForFunction(
      (before) => document.querySelectorAll('[data-movie]').length < before,
      all,
    );
    const filtered = await page.locator('[data-movie]').count();
    await page.reload();
    await page.locator('[data-movie]').first().waitFor();
    expect(await page.locator('[data-movie]').count()).toBe(filtered);
    await page.locator('[data-movie]').first().click();
    await page.locator('[data-show]').first().waitFor();
    await page.goBack();
    await page.locator('[data-movie]').first().waitFor();
    expect(await page.locator('[data-movie]').count()).toBe(filtered);
    expect(page.url()).toContain('genre=');
  });
});
