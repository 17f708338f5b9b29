/** Fetching packages: what is there is used, and what cannot be had is said with its remedy. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fetchPackages, PeersMissing } from '../../../bench/peers/packages.ts';

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'usher-cache-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

it('uses what was unpacked before', () => {
  mkdirSync(join(cache, 'anything'));
  writeFileSync(join(cache, 'anything', '.whole'), '');
  expect(fetchPackages(['anything'], cache)).toBe(join(cache, 'anything'));
});

it('names the command that installs what cannot be fetched, and leaves nothing half done', () => {
  // Nobody listens there, so the network is as good as gone.
  for (const name of ['http_proxy', 'https_proxy']) vi.stubEnv(name, 'http://127.0.0.1:9');
  let failure: unknown;
  try {
    fetchPackages(['usher-there-is-no-such-package'], cache);
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(PeersMissing);
  expect(String(failure)).toContain(
    'apt-get install -y --no-install-recommends usher-there-is-no-such-package',
  );
  expect(readdirSync(cache)).toEqual([]);
});
