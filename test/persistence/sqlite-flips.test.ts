/**
 * [D4] One flipped bit, anywhere: it is found and named, or it changes nothing that is ever read,
 * not even after more has been written. The same for a file that was cut off, wherever it was.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random, seedOf } from '../../gateway/demo/random.ts';
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';
import { faultOf } from '../contract/log-store-contract.ts';
import { DamageFixture, type Outcome } from './damage-fixture.ts';
import {
  cuts,
  databasePositions,
  flipped,
  pageBytes,
  pageKind,
  walFrameBytes,
  walPositions,
} from './flip-positions.ts';

let fixture: DamageFixture;

beforeAll(() => {
  fixture = new DamageFixture(120);
});

afterAll(() => fixture.remove());

const random = new Random(seedOf('flips', 3));
/** Every word that an operator can act upon: a place, or what the whole file is. */
const telling = new RegExp(
  [
    'partition \\d+|LSN \\d+|pages? |rows? |index|Freelist|vacuum|malformed|readonly|schema',
    'the setting "|not a database|another program|later release|unsupported file|mark is damaged',
  ].join('|'),
  'i',
);

function expectTold(outcome: Outcome, place: string): void {
  if (outcome.type === 'silent') throw new Error(`${place}: ${outcome.what}`);
  if (outcome.type === 'whole') return;
  expect(outcome.said.length).toBeGreaterThan(0);
  for (const said of outcome.said) expect(said, place).toMatch(telling);
}

describe('a flipped bit', () => {
  it('[D4] in the database is named, or harms nothing ever', { timeout: 60_000 }, () => {
    const base = fixture.closed;
    const tally: Record<string, Record<string, number>> = {};
    for (const at of databasePositions(base[''], random, 2)) {
      const outcome = fixture.examine({ ...base, '': flipped(base[''], at, random) });
      const kind = pageKind(base[''], at);
      expectTold(outcome, `${kind}, byte ${at % pageBytes} of page ${Math.floor(at / pageBytes)}`);
      const ofKind = tally[kind] ?? {};
      tally[kind] = ofKind;
      ofKind[outcome.type] = (ofKind[outcome.type] ?? 0) + 1;
    }
    console.log(JSON.stringify(tally));
    const kinds = ['file header', 'index leaf', 'other', 'schema', 'table branch', 'table leaf'];
    expect(Object.keys(tally).sort()).toEqual(kinds);
    for (const kind of kinds) expect(tally[kind]?.named ?? 0, kind).toBeGreaterThan(0);
  });

  it('[D4] in the -wal is named with what it cost, or cost nothing', () => {
    const base = fixture.crashed;
    let named = 0;
    for (const at of walPositions(base['-wal'], random, 120)) {
      const outcome = fixture.examine({ ...base, '-wal': flipped(base['-wal'], at, random) });
      expectTold(outcome, `byte ${at} of the -wal`);
      if (outcome.type !== 'named') continue;
      named++;
      expect(outcome.said[0]).toMatch(/partition \d+: the log ends at LSN \d+, but LSN \d+ was/);
    }
    expect(named).toBeGreaterThan(200);
  });

  it('[D4] in the mark is told of, and the mark made anew', () => {
    const base = fixture.closed;
    for (let count = 0; count < 25; count++) {
      const at = random.between(0, base['-mark'].length - 1);
      const mark = flipped(base['-mark'], at, random);
      const outcome = fixture.examine({ ...base, '-mark': mark });
      const partition = Math.floor(at / 64);
      expect(outcome).toMatchObject({ type: 'named', when: 'open' });
      expect(outcome.type === 'named' && outcome.said.join()).toMatch(
        new RegExp(`mark is damaged; the end of partitions ${partition} is not proved`),
      );
    }
  });
});

describe('a file that was cut off', () => {
  it('[D4] as a -wal, at each of its last 64 frames and between them, is refused', () => {
    const base = fixture.crashed;
    let refused = 0;
    for (const at of cuts(base['-wal'].length, walFrameBytes, 64, random)) {
      const outcome = fixture.examine({ ...base, '-wal': base['-wal'].subarray(0, at) });
      // What was written last is a snapshot, and that can be done without.
      if (outcome.type === 'whole') expect(refused, `cut at ${at}`).toBe(0);
      else expectMissing(outcome, `cut at ${at}`);
      if (outcome.type === 'named') refused++;
    }
    expect(refused).toBeGreaterThan(100);
  });

  it('[D4] as a database, at each of its last 64 pages and between them, is refused', () => {
    const base = fixture.closed;
    expect(base[''].length).toBeGreaterThanOrEqual(64 * pageBytes);
    for (const at of cuts(base[''].length, pageBytes, 64, random)) {
      const outcome = fixture.examine({ ...base, '': base[''].subarray(0, at) });
      if (at === base[''].length) expect(outcome).toEqual({ type: 'whole' });
      else expect(outcome).toMatchObject({ type: 'named', when: 'open' });
      if (outcome.type === 'named')
        expect(outcome.said[0]).toMatch(/ends after \d+ of its [67]\d pages/);
    }
  });

  it('[D4] as a database whose pages are all in the -wal still, is whole', () => {
    const base = fixture.crashed;
    for (const at of cuts(base[''].length, pageBytes, 8, random)) {
      const outcome = fixture.examine({ ...base, '': base[''].subarray(0, at) });
      expect(['whole', 'named'], `cut at ${at}`).toContain(outcome.type);
    }
  });

  it('[D4] is left as it lies, so that what is in it can still be saved', () => {
    const base = fixture.crashed;
    const file = join(fixture.folder, 'kept.db');
    const wal = flipped(base['-wal'], base['-wal'].length >> 1, random);
    writeFileSync(file, base['']);
    writeFileSync(`${file}-wal`, wal);
    writeFileSync(`${file}-mark`, base['-mark']);
    for (let tries = 0; tries < 2; tries++) {
      expect(() => openSqliteLog({ file })).toThrow(faultOf('log_behind_mark', /acknowledged/));
      expect(readFileSync(`${file}-wal`).equals(wal)).toBe(true);
      expect(readFileSync(file).equals(base[''])).toBe(true);
      expect(readFileSync(`${file}-mark`).equals(base['-mark'])).toBe(true);
    }
  });
});

function expectMissing(outcome: Outcome, place: string): void {
  expect(outcome, place).toMatchObject({ type: 'named', when: 'open' });
  if (outcome.type !== 'named') return;
  expect(outcome.said[0]).toMatch(/partition \d+: the log ends at LSN \d+, but LSN \d+ was/);
}
