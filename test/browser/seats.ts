/** What tests do on a seat map, by the names and attributes that the page promises. */
import type { Locator, Page } from 'playwright-core';
import type { DemoShow } from './demo-show.ts';

export async function goToShow(page: Page, url: string, show: DemoShow): Promise<void> {
  await page.goto(`${url}/#/show/${show.id}`);
  // The map of the show before may still be there: this one has a last seat, and none after it.
  await seat(page, show.seats.length - 1).waitFor();
  await seat(page, show.seats.length).waitFor({ state: 'detached' });
  await page.getByTestId('live-facts').filter({ hasText: 'free' }).waitFor();
}

export function seat(page: Page, index: number): Locator {
  return page.locator(`button[data-seat="${index}"]`);
}

export function seatIn(page: Page, index: number, state: string): Locator {
  return page.locator(`button[data-seat="${index}"][data-state="${state}"]`);
}

/** Indexes of seats that look free in this window. */
export async function freeSeats(page: Page): Promise<readonly number[]> {
  const found = await page
    .locator('button.seat[data-state="free"]')
    .evaluateAll((buttons) => buttons.map((button) => Number(button.dataset.seat)));
  return found;
}

export function button(page: Page, name: string): Locator {
  return page.getByRole('button', { name, exact: true });
}
