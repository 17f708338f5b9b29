/**
 * A mail server that dies in every way it can while people book: nobody who books notices, and
 * when it is back everybody has been told of everything, once and in order [N1, N2].
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ShowId } from '../../engine/ids.ts';
import { connect, type UsherClient, UsherError } from '../../gateway/client/index.ts';
import { findShow } from '../support/demo-show.ts';
import { type KeptMail, MailServer } from '../support/mail-server.ts';
import { pause, soon } from '../support/payers.ts';
import { quietPort } from '../support/quiet-port.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const PEOPLE = 30;
const BOOKINGS_EVERY_MS = 20;
const WARM_UP_MS = 600;
const ALIVE_MS = 3_000;
/** Of each of three deaths. */
const DEAD_MS = 1_300;
const KILLS = 3;

let folder = '';
let data = '';
let port = 0;
let mail: MailServer;
let server: ServerProcess;
let shows: readonly ShowId[] = [];
let people: Person[] = [];

async function start(): Promise<ServerProcess> {
  const flags = ['--demo-days', '1', '--messages-per-second', '0', '--log-level', 'fatal'];
  return await startServerProcess({ data, port, flags: [...flags, '--smtp-url', mail.url] });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-notifications-'));
  data = join(folder, 'usher.db');
  port = await quietPort();
  mail = await MailServer.start();
  server = await start();
  const { raw } = await RawSocket.greeted(server.socketUrl);
  const found = [await findShow(raw, 420), await findShow(raw, 420, 1)];
  shows = found.map(({ id }) => id);
  await raw.close();
}, 60_000);

afterAll(async () => {
  for (const person of people) person.close();
  await server.stop();
  await mail.close();
  await rm(folder, { recursive: true, force: true });
});

/** Somebody who books seat after seat, never two at once. */
class Person {
  readonly email: string;
  /** `<show>.<seq>.` of each booking, which the ids of its mails begin with. */
  readonly booked: string[] = [];
  readonly #client: UsherClient;
  #last: Promise<void> = Promise.resolve();

  constructor(name: string) {
    this.email = `${name}@example.org`;
    const options = { WebSocket: WebSocket as never, requestTimeoutMs: 30_000 };
    this.#client = connect({ url: server.socketUrl, ...options });
  }

  async giveAddress(): Promise<void> {
    await this.#client.contact({ email: this.email });
  }

  /** Books one seat once it is done with the one before; says how long that took from now on. */
  book(show: ShowId, took: number[]): Promise<void> {
    const fromMs = performance.now();
    this.#last = this.#last.then(async () => {
      const held = await this.#online(() => this.#client.holdBest(show, 1));
      if (held.type === 'rejected') throw new Error(held.text);
      const booked = await this.#online(() => this.#client.book(show, held.hold));
      if (booked.type === 'rejected') throw new Error(booked.text);
      took.push(performance.now() - fromMs);
      this.booked.push(`${show}.${booked.seq}.`);
    });
    return this.#last;
  }

  /** Asks again what was not sent, since there was no server. */
  async #online<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof UsherError) || error.reason !== 'offline') throw error;
        await this.#client.ready();
      }
    }
  }

  close(): void {
    this.#client.close();
  }
}

async function gather(name: string, count: number): Promise<Person[]> {
  const made = Array.from({ length: count }, (_, index) => new Person(`${name}${index}`));
  people = [...people, ...made];
  await Promise.all(made.map((person) => person.giveAddress()));
  return made;
}

/** Bookings at a steady rate, whatever becomes of those before. */
class Load {
  readonly #crowd: readonly Person[];
  readonly #all: Promise<void>[] = [];
  #took: number[] = [];
  #isOver = false;
  readonly #driven: Promise<void>;

  constructor(crowd: readonly Person[]) {
    this.#crowd = crowd;
    this.#driven = this.#drive();
  }

  /** How long the bookings of a while took, of those begun in it. */
  async during(act: () => Promise<unknown>): Promise<readonly number[]> {
    const took: number[] = [];
    this.#took = took;
    const from = this.#all.length;
    await act();
    await Promise.all(this.#all.slice(from));
    return took;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#driven;
    await Promise.all(this.#all);
  }

  async #drive(): Promise<void> {
    const startedMs = performance.now();
    for (let count = 0; !this.#isOver; count++) {
      const person = this.#crowd[count % this.#crowd.length];
      const show = shows[Math.floor(count / this.#crowd.length) % shows.length];
      if (person === undefined || show === undefined) throw new Error('there are some');
      this.#all.push(person.book(show, this.#took));
      await pause(Math.max(0, startedMs + (count + 1) * BOOKINGS_EVERY_MS - performance.now()));
    }
  }
}

const idOf = ({ headers }: KeptMail) => headers.get('x-usher-notice') ?? '';
/** A mail without what its carrier makes anew each time: the marks between its parts. */
function essence(source: string): string {
  const marks = source.matchAll(/boundary="([^"]+)"/g);
  return [...marks].reduce((rest, [, mark = '']) => rest.replaceAll(mark, ''), source);
}

const messageIdOf = ({ headers }: KeptMail) => headers.get('message-id') ?? '';

function p99(took: readonly number[]): number {
  const sorted = [...took].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}

/** Mails of a person, each once, as they first came. */
function toldOf(person: Person): readonly string[] {
  return [...new Set(mail.to(person.email).map(idOf))].map((id) => id.replace(/\d+$/, ''));
}

const areTold = (crowd: readonly Person[]) => () =>
  crowd.every((person) => toldOf(person).length >= person.booked.length);

describe('a mail server that refuses, hangs, and puts off', () => {
  it('[N2] [N1] slows no booking, and every mail comes once and in order when it is back', async () => {
    const crowd = await gather('ann', PEOPLE);
    const load = new Load(crowd);
    await load.during(() => pause(WARM_UP_MS));
    const lived = await load.during(() => pause(ALIVE_MS));
    const died = await load.during(async () => {
      await mail.close();
      await pause(DEAD_MS);
      await mail.hang();
      await pause(DEAD_MS);
      await mail.close();
      await mail.open();
      const codes = { hello: 421, from: 451, to: 450, data: 452 } as const;
      const steps = ['hello', 'from', 'to', 'data'] as const;
      let count = 0;
      mail.refusal = (step) => (step === steps[count++ % 4] ? codes[step] : undefined);
      await pause(DEAD_MS);
    });
    mail.refusal = () => undefined;
    await load.stop();
    expect(mail.hung).toBeGreaterThan(0);
    expect(Object.values(mail.refused).reduce((sum, each) => sum + each)).toBeGreaterThan(0);
    const said = [lived, died].map((took) => `${took.length} bookings, p99 ${p99(took)} ms`);
    expect(p99(died), said.join(' then ')).toBeLessThan(3 * p99(lived) + 50);
    await soon('everybody is told', areTold(crowd), 30_000);
    for (const person of crowd) expect(toldOf(person)).toEqual(person.booked);
    const ids = mail.mails.map(messageIdOf);
    expect(new Set(ids).size).toBe(ids.length);
  }, 60_000);
});

describe('a server that is killed', () => {
  it('[N1] [D2] after a mail was taken and before that was heard sends the same one again', async () => {
    const [bob] = await gather('bob', 1);
    const [show] = shows;
    if (bob === undefined || show === undefined) throw new Error('there are some');
    mail.losesAnswers = true;
    await bob.book(show, []);
    await soon('it was taken', () => mail.to(bob.email).length === 1);
    await server.kill();
    mail.losesAnswers = false;
    server = await start();
    await soon('it comes again', () => mail.to(bob.email).length === 2);
    const [first, second] = mail.to(bob.email).map(({ source }) => essence(source));
    expect(second).toBe(first);
    expect(toldOf(bob)).toEqual(bob.booked);
  }, 30_000);

  it('[N1] [D2] at any moment of sending forgets nobody who was told of a booking', async () => {
    const crowd = await gather('cyd', PEOPLE);
    for (let round = 0; round < KILLS; round++) {
      const load = new Load(crowd);
      const before = mail.mails.length;
      await soon('some mails are out', () => mail.mails.length > before + round);
      await server.kill();
      server = await start();
      await load.stop();
    }
    await soon('everybody is told', areTold(crowd), 30_000);
    for (const person of crowd) expect(toldOf(person)).toEqual(person.booked);
    // A repeat is known by its Message-ID.
    const sent = crowd.flatMap(({ email }) => mail.to(email));
    const pairs = new Set(sent.map((each) => `${messageIdOf(each)} ${idOf(each)}`));
    expect(pairs.size).toBe(new Set(sent.map(idOf)).size);
  }, 60_000);
});
