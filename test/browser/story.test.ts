/**
 * The whole story through public interfaces only: a theatre company joins, imports a hall, plans a
 * week; somebody finds a show, holds five seats, pays in a browser, gets tickets by mail, is let
 * in, cancels and is refunded; the company books a block, cancels the show, and everybody is told.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import jsQR from 'jsqr';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ShowId } from '../../engine/ids.ts';
import { connect, type Down, type UsherClient } from '../../gateway/client/index.ts';
import { built } from '../support/built.ts';
import { auditLog } from '../support/log-audit.ts';
import { attachments, MailServer } from '../support/mail-server.ts';
import { Desk, text } from '../support/partner-desk.ts';
import { soon } from '../support/payers.ts';
import { bigPlan } from '../support/seating-plan.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { launchChromium } from './chromium.ts';

const run = promisify(execFile);
const dayAhead = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let folder = '';
let data = '';
let server: ServerProcess;
let mail: MailServer;
let browser: Browser;
let lux: Desk;
const clients: UsherClient[] = [];

async function usher(...args: readonly string[]): Promise<{ code: number; stdout: string }> {
  try {
    const { stdout } = await run(process.execPath, [built('gateway/cli/main.js'), ...args]);
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, stdout };
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-story-'));
  data = join(folder, 'usher.db');
  mail = await MailServer.start();
  const flags = ['--payments', 'sandbox', '--sandbox-port', '0', '--smtp-url', mail.url];
  server = await startServerProcess({
    data,
    demo: false,
    flags: [...flags, '--log-level', 'error'],
  });
  browser = await launchChromium();
}, 60_000);

afterAll(async () => {
  for (const client of clients) client.close();
  await browser.close();
  await server.stop();
  await mail.close();
  await rm(folder, { recursive: true, force: true });
});

function customer(): UsherClient {
  const client = connect({ url: server.socketUrl, WebSocket: WebSocket as never });
  clients.push(client);
  return client;
}

/** Pays at the provider's own page, by the mouse, and comes back to the server's. */
async function payInBrowser(url: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole('button', { name: /^Pay/ }).click();
  await page.waitForURL(/#\/show\//);
  await page.close();
}

async function buy(
  client: UsherClient,
  show: ShowId,
  seats: readonly number[],
  email: string,
): Promise<{ held: Down<'held'>; paid: Down<'paid'> }> {
  await client.contact({ email });
  const held = await client.hold(show, seats);
  if (held.type === 'rejected') throw new Error(held.text);
  const ready = new Promise<Down<'paymentReady'>>((resolve) => {
    client.on('paymentReady', resolve);
  });
  const paid = new Promise<Down<'paid'>>((resolve) => {
    client.on('paid', resolve);
  });
  const paying = await client.pay(show, held.hold);
  if (paying.type === 'rejected') throw new Error(paying.text);
  await payInBrowser((await ready).url);
  return { held, paid: await paid };
}

/** What a picture's code says, read from its pixels. */
async function decode(page: Page, png: Buffer): Promise<string | undefined> {
  const {
    data: pixels,
    width,
    height,
  } = await page.evaluate(
    async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.width;
      canvas.height = image.height;
      const context = canvas.getContext('2d');
      if (context === null) throw new Error('no canvas');
      context.drawImage(image, 0, 0);
      const { data: bytes } = context.getImageData(0, 0, image.width, image.height);
      return { data: Array.from(bytes), width: image.width, height: image.height };
    },
    `data:image/png;base64,${png.toString('base64')}`,
  );
  return jsQR.default(Uint8ClampedArray.from(pixels), width, height)?.data;
}

describe('a theatre and its people', () => {
  let show: ShowId;
  let ann: UsherClient;
  let annPaid: Down<'paid'>;

  it('[C2] [C3] [C4] the company joins, imports its hall and plans a week', async () => {
    const added = await usher(
      ...['partner', 'add', 'lux', '--name', 'Lux Cinemas', '--email', 'box@lux.example'],
      ...['--data', data, '--json'],
    );
    expect(added.code).toBe(0);
    lux = new Desk(server.url, JSON.parse(added.stdout).key);
    const city = { name: 'Nagpur', country: 'IN', timeZone: 'Asia/Kolkata', currency: 'INR' };
    await lux.put('/api/v1/partner/cities/nagpur', { id: 'nagpur', ...city });
    const cinema = { city: 'nagpur', name: 'Lux Nagpur', address: '1 Lake Road' };
    await lux.put('/api/v1/partner/cinemas/lux-ngp', { id: 'lux-ngp', ...cinema });
    const { plan, seats } = bigPlan('second');
    const hall = { id: 'lux-ngp-1', cinema: 'lux-ngp', name: 'Grand Hall', plan };
    const imported = await lux.put('/api/v1/partner/halls/lux-ngp-1', hall);
    expect(imported).toMatchObject({ status: 200, json: { seats, tiers: ['Stalls', 'Balcony'] } });
    expect(seats).toBeGreaterThan(500);
    await lux.put('/api/v1/partner/movies/lux-tide', {
      id: 'lux-tide',
      title: 'The Long Tide',
      minutes: 110,
      languages: ['mr', 'hi'],
      genres: ['drama'],
      rating: '12+',
      synopsis: 'A boat comes in.',
    });
    const week = await lux.post('/api/v1/partner/shows/repeated', {
      hall: 'lux-ngp-1',
      movie: 'lux-tide',
      language: 'mr',
      format: '2D',
      prices: { Stalls: 1_000, Balcony: 1_000 },
      fromDay: dayAhead(2),
      untilDay: dayAhead(8),
      times: ['14:00', '19:30'],
    });
    expect(week.status).toBe(201);
    expect((week.json as { shows: unknown[] }).shows).toHaveLength(14);
  });

  it('[C1] somebody finds the show by city, language and date', async () => {
    ann = customer();
    const { cities } = await ann.cities();
    expect(cities.map(({ name }) => name)).toContain('Nagpur');
    const day = dayAhead(3);
    const { movies } = await ann.movies({ city: 'nagpur', language: 'mr', date: day });
    expect(movies.map(({ title }) => title)).toEqual(['The Long Tide']);
    const { movies: none } = await ann.movies({ city: 'nagpur', language: 'fr', date: day });
    expect(none).toEqual([]);
    const { cinemas } = await ann.shows({ city: 'nagpur', movie: 'lux-tide', date: day });
    const shows = cinemas.flatMap((each) => each.shows);
    expect(shows).toHaveLength(2);
    const [afternoon] = shows;
    if (afternoon === undefined) throw new Error('there is an afternoon show');
    show = afternoon.id;
  });

  it('[M2] [M3] [P1] five seats cost 8 + 8 + 4 + 8 + 8 in the afternoon, and are paid', async () => {
    const { held, paid } = await buy(ann, show, [0, 1, 2, 3, 4], 'ann@example.org');
    annPaid = paid;
    expect(held.prices).toEqual([800, 800, 400, 800, 800]);
    expect(held.total).toBe(3_600);
    expect(paid.total).toBe(3_600);
  }, 30_000);

  it('[N1] [B1] tickets come by mail, and let their bearer in once', async () => {
    await soon('a mail', () => mail.to('ann@example.org').length === 1);
    const [booked] = mail.to('ann@example.org');
    if (booked === undefined) throw new Error('it came');
    const pictures = attachments(booked, 'image/png');
    expect(pictures).toHaveLength(5);
    expect(attachments(booked, 'text/calendar')).toHaveLength(1);
    const page = await browser.newPage();
    const code = await decode(page, pictures[0] ?? Buffer.alloc(0));
    await page.close();
    if (code === undefined) throw new Error('the picture cannot be read');
    const first = await usher('scan', code, '--data', data, '--gate', 'Main');
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('ADMIT') });
    const again = await usher('scan', code, '--data', data);
    expect(again).toMatchObject({ code: 1, stdout: expect.stringContaining('NOT AGAIN') });
    const forged = await usher('scan', `${code.slice(0, -4)}AAAA`, '--data', data);
    expect(forged).toMatchObject({ code: 1, stdout: expect.stringContaining('FORGED') });
  }, 30_000);

  it('[B2] [P5] [N1] she cancels, is refunded, and is told', async () => {
    const refunded = new Promise((resolve) => {
      ann.on('refunded', resolve);
    });
    const cancelled = await ann.cancel(show, [annPaid.booking]);
    expect(cancelled).toMatchObject({ type: 'cancelled', refund: 3_600 });
    expect(await refunded).toMatchObject({ amount: 3_600, currency: 'INR' });
    await soon('mails of it', () => mail.to('ann@example.org').length >= 2);
  }, 30_000);

  it('[B3] [S3] [N1] the company books a block and cancels the show; all are told', async () => {
    const bob = customer();
    await buy(bob, show, [100, 101], 'bob@example.org');
    const seats = Array.from({ length: 60 }, (_, index) => 200 + index);
    const block = await lux.post('/api/v1/partner/bookings', { parts: [{ show, seats }] });
    expect(block.json).toMatchObject({ parts: [{ outcome: 'booked', seats: 60 }] });
    await soon('it is in the sales', async () => {
      const sales = await lux.get(`/api/v1/partner/sales?by=show&from=${dayAhead(3)}`);
      const items = (sales.json as { items: { show: string; tickets: number }[] }).items;
      return items.some((each) => each.show === show && each.tickets === 62);
    });
    const refunded = new Promise((resolve) => {
      bob.on('refunded', resolve);
    });
    const cancelled = await lux.post(`/api/v1/partner/shows/${show}/cancel`, {});
    expect(cancelled).toMatchObject({ status: 200, json: { phase: 'cancelled', booked: 0 } });
    expect(await refunded).toMatchObject({ amount: 1_600 });
    await soon('he is told', () => {
      const told = mail.to('bob@example.org').map(({ headers }) => headers.get('subject') ?? '');
      return told.length >= 3;
    });
    expect(text(await lux.get(`/api/v1/partner/shows/${show}`), 'live', 'phase')).toBe('cancelled');
  }, 30_000);

  it('[F2] [P5] and the log bears it all out', async () => {
    const audit = auditLog(data);
    expect(audit.problems).toEqual([]);
    expect(audit.payments.INR).toMatchObject({ owed: 0, booked: 0, captured: 5_200 });
    const { code } = await usher('audit', data);
    expect(code).toBe(0);
  });
});
