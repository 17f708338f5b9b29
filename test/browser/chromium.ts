/**
 * A real Chromium for the browser tests: the distribution's own, since nothing is downloaded
 * here. Each window is its own session, as on another person's machine.
 */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where `test/support/require-chromium.mjs` looks too, before any test runs. */
const EXECUTABLE = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((place) => place !== undefined && existsSync(place));

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    ...(EXECUTABLE === undefined ? {} : { executablePath: EXECUTABLE }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Window {
  readonly page: Page;
  /** Errors of the page and requests to other origins: there must be none of either. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** A new window with a session of its own, on the page at `url`. */
export async function openWindow(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(url);
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const isLostSocket = message.text().includes('WebSocket connection');
    if (message.type() === 'error' && !isLostSocket) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const target = request.url();
    if (!target.startsWith(origin) && !target.startsWith('data:')) complaints.push(target);
  });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}
