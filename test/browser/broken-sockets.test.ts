/** Proves that a page works behind a proxy that breaks WebSockets, in a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { StubbornProxy } from '../support/stubborn-proxy.ts';
import { launchChromium, openWindow } from './chromium.ts';

let server: ServerProcess;
let proxy: StubbornProxy;
let browser: Browser;

beforeAll(async () => {
  server = await startServerProcess();
  proxy = await StubbornProxy.start(server.port);
  browser = await launchChromium();
}, 30_000);

afterAll(async () => {
  await browser?.close();
  await proxy?.stop();
  await server?.stop();
});

it('[C1] shows the cities over plain HTTP where WebSockets are refused', async () => {
  const { page, complaints, close } = await openWindow(browser, `${proxy.url}/`);
  await page.getByText('Pune').first().waitFor();
  expect(proxy.upgrades).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
  await close();
}, 20_000);
