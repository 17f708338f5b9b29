/** The report as a page, opened in Chromium without a network: it draws, and asks nobody. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { combineBudgets } from '../../../bench/budgets/spread.ts';
import { escaped, jsonInScript, renderPage } from '../../../bench/report/html/page.ts';
import type { RunReport, Verdict } from '../../../bench/report/run-report.ts';
import { launchChromium } from '../../browser/chromium.ts';

const sound: Verdict = {
  decisionsAudited: 1_234,
  seatsSoldTwice: 0,
  overtakings: 0,
  lostAcknowledgements: 0,
  otherFindings: 0,
  findings: [],
};

function reportOf(changes: Partial<RunReport> = {}): RunReport {
  const histogram = build({ bitBucketSize: 32 });
  for (let us = 1; us < 20_000; us++) histogram.recordValue(us);
  const seconds = Array.from({ length: 40 }, (_, at) => [at / 4, at * 50] as const);
  return {
    scenario: 'hold',
    settings: { connections: 32, seed: 1 },
    figures: [
      { name: 'durable decisions a second', value: 300_000, unit: '/s', better: 'higher' },
      { name: 'p99', value: 4.2, unit: 'ms', better: 'lower', note: 'open loop' },
    ],
    latencies: [{ name: 'decision', histogram: encodeIntoCompressedBase64(histogram) }],
    series: [
      { name: 'booked', unit: 'seats', points: seconds },
      { name: 'held', unit: 'seats', points: seconds.map(([x, y]) => [x, 2_000 - y] as const) },
      { name: 'hold by shows', unit: 'µs', points: [[1, 0.8] as const, [100, 1.2] as const] },
    ],
    verdict: sound,
    warnings: [],
    machine: { node: 'v20.20.2', cores: 2, loadAverage: 1.5 },
    ...changes,
  };
}

const budget = {
  id: 'G1',
  text: 'Holds on one core',
  value: 1,
  goal: 2,
  unit: '/s',
  met: false,
  parts: [{ name: 'decided', value: 1, goal: 2, unit: '/s', better: 'higher', met: false }],
} as const;

const page = (reports: readonly RunReport[]) => {
  return renderPage({ reports, budgets: combineBudgets([[budget]]), date: '2026-11-23' });
};

describe('the report in Chromium', () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'usher-report-'));
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(html: string, options: { dark?: boolean; width?: number } = {}) {
    const { dark = false, width = 1_100 } = options;
    const file = join(folder, 'report.html');
    writeFileSync(file, html);
    const context = await browser.newContext({
      colorScheme: dark ? 'dark' : 'light',
      viewport: { width, height: 900 },
      offline: true,
    });
    const opened = await context.newPage();
    const complaints: string[] = [];
    opened.on('console', (message) => complaints.push(message.text()));
    opened.on('pageerror', (error) => complaints.push(String(error)));
    opened.on('request', (request) => {
      if (request.url() !== `file://${file}`) complaints.push(request.url());
    });
    await opened.goto(`file://${file}`);
    return { opened, complaints, close: () => context.close() };
  }

  it.each([
    ['light', {}],
    ['dark', { dark: true }],
    ['on a phone', { width: 360 }],
  ])('draws every plot offline, %s', async (_, options) => {
    const { opened, complaints, close } = await open(page([reportOf(), reportOf()]), options);
    // Latency, seats over time, and cost by size.
    await opened.waitForFunction('document.querySelectorAll("canvas").length === 3');
    const inked = await opened.evaluate(`[...document.querySelectorAll('canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value) => value > 0);
    })`);
    expect(inked).toEqual([true, true, true]);
    const overflow = await opened.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('says what the auditor found before anything else', async () => {
    const { opened, close } = await open(page([reportOf()]));
    expect(await opened.locator('main > *').first().getAttribute('class')).toBe('verdict good');
    expect(await opened.locator('.verdict h2').textContent()).toBe('The log is sound');
    await close();
    const worse = { ...sound, seatsSoldTwice: 1, findings: ['[S2] seat 4 <b>twice</b>'] };
    const bad = await open(page([reportOf(), reportOf({ verdict: worse })]));
    expect(await bad.opened.locator('.verdict h2').textContent()).toBe('The log is not sound');
    expect(await bad.opened.locator('.verdict li').textContent()).toBe('[S2] seat 4 <b>twice</b>');
    await bad.close();
    const none = await open(page([reportOf({ verdict: null })]));
    expect(await none.opened.locator('.verdict h2').textContent()).toBe('No log was audited');
    await none.close();
  });

  it('takes every text for a text', async () => {
    const nasty = '</script><img src=x onerror="document.title=`taken`"><!--';
    const hostile = reportOf({
      scenario: nasty,
      warnings: [nasty],
      series: [{ name: nasty, unit: nasty, points: [[0, 1] as const, [1, 2] as const] }],
      figures: [{ name: nasty, value: 1, unit: nasty, better: 'lower', note: nasty }],
    });
    const { opened, complaints, close } = await open(page([hostile]));
    await opened.waitForFunction('document.querySelectorAll("canvas").length === 2');
    expect(complaints).toEqual([]);
    expect(await opened.title()).toContain(nasty);
    expect(await opened.locator('img').count()).toBe(0);
    await close();
  });
});

describe('text in the report', () => {
  it('cannot leave its element', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(escaped(text)).not.toMatch(/[<>"']/);
        const json = jsonInScript({ text });
        expect(json).not.toContain('<');
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});
