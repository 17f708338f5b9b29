/**
 * The simulator's share of every test run: the seeds that found something once, some others, and
 * the planted bugs. The full runs are `npm run simulate`. It runs as its own program, since it
 * takes the clock and the timers of whatever it runs in.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canaries } from './canaries.ts';
import { keptSeeds } from './kept-seeds.ts';

const program = fileURLToPath(new URL('../../dist/test/simulator/main.js', import.meta.url));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function simulate(...options: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...options], (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

const rules =
  '[S2] [H1] [H2] [H3] [H4] [H5] [H6] [H7] [W2] [W3] [W4] [W5] [W7] [P1] [P2] [P3] [P4] [P5] ' +
  '[B2] [B3] [F1] [D1] [D2] [D3] [D4] [T1]';

/** How often each has to happen in thirty seeds: a third of what is usual. */
const leastOfMoney: Readonly<Record<string, number>> = {
  paymentStarted: 50,
  paymentCaptured: 40,
  'paymentFailed declined': 7,
  'paymentFailed expired': 5,
  paymentAbandoned: 10,
  'refundOwed tooLate': 6,
  'refundOwed amountDiffers': 3,
  'refundOwed bookingCancelled': 10,
  'refundOwed showCancelled': 1,
  refunded: 20,
  seatsBooked: 6,
  'provider: said twice': 10,
  'provider: late': 8,
  'provider: declinedFirst': 3,
  'provider: capturePayment: paymentSettled': 5,
};

describe('the simulator', () => {
  it.each(keptSeeds)('has no trouble any more with seed $seed: $found', async (kept) => {
    const { seed, minutes } = kept;
    const { out } = await simulate('--seed', `${seed}`, '--minutes', `${minutes}`, '--json');
    expect(JSON.parse(out)).toMatchObject({ seeds: 1, violations: [] });
  });

  it(`${rules} hold under faults, each seed twice with the same trace`, async () => {
    const { code, out } = await simulate('--seeds', '30', '--json');
    const result = JSON.parse(out) as {
      commands: number;
      faults: number;
      violations: object[];
      counts: Record<string, number>;
    };
    expect(result.violations).toEqual([]);
    expect(code).toBe(0);
    expect(result.commands).toBeGreaterThan(8_000);
    expect(result.faults).toBeGreaterThan(200);
    for (const [what, least] of Object.entries(leastOfMoney)) {
      expect(result.counts[what] ?? 0, what).toBeGreaterThanOrEqual(least);
    }
  }, 60_000);

  it('finds every planted bug', async () => {
    const { code, out } = await simulate('--canaries', '--quick', '--jobs', '2', '--json');
    const found = (JSON.parse(out) as { canaries: { name: string; found?: string }[] }).canaries;
    expect(found.filter((canary) => canary.found === undefined)).toEqual([]);
    expect(found.map(({ name }) => name)).toEqual(canaries.map(({ name }) => name));
    expect(canaries.length).toBeGreaterThanOrEqual(20);
    expect(code).toBe(0);
  }, 120_000);

  it.each([
    [['--seeds', '0'], '--seeds is a whole number from 1'],
    [['--minutes', 'ten'], '--minutes is a whole number from 1'],
    [['--only', '1,x', '--seed', '1'], '--only is a list of whole numbers'],
    [['--only', '1'], 'add --seed S'],
    [['--seed', '1', '--seeds', '2'], 'Give either --seed'],
    [['--quick'], 'add --canaries'],
    [['--canary'], 'Try --help'],
  ])('refuses %j and says what would be right', async (options, says) => {
    const { code, err, out } = await simulate(...options);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(says);
  });

  it('prints its help', async () => {
    const { code, out } = await simulate('--help');
    expect(code).toBe(0);
    expect(out).toContain('npm run simulate -- [options]');
  });
});
