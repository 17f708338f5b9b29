/** What many runs came to, as text for a person or as one object. */
import type { Short } from './shortest.ts';
import type { RunResult } from './world.ts';

export class Report {
  readonly failures: RunResult[] = [];
  /** The first failure, made short. */
  short: Short | undefined;
  #seeds = 0;
  #commands = 0;
  #decisions = 0;
  #virtualMs = 0;
  readonly #faults: Record<string, number> = {};
  readonly #counts: Record<string, number> = {};
  readonly #startedMs = performance.now();

  add(result: RunResult): void {
    this.#seeds++;
    this.#commands += result.commands;
    this.#decisions += result.decisions;
    this.#virtualMs += result.virtualMs;
    addUp(this.#faults, result.faultsByKind);
    addUp(this.#counts, result.counts);
    if (result.violations.length > 0) this.failures.push(result);
  }

  json(): object {
    const violations = this.failures.flatMap(({ seed, violations: found }) =>
      found.map((violation) => ({ seed, ...violation })),
    );
    return {
      seeds: this.#seeds,
      commands: this.#commands,
      faults: this.#sum(),
      virtualHours: this.#virtualHours(),
      violations,
      decisions: this.#decisions,
      seconds: this.#seconds(),
      faultsByKind: this.#faults,
      counts: this.#counts,
      ...(this.short === undefined ? {} : { shortest: this.short }),
    };
  }

  text(): string {
    const seconds = this.#seconds();
    const lines = [
      `${this.#seeds} seeds: ${this.#commands} commands, ${this.#decisions} decisions, ` +
        `${this.#sum()} faults, ${this.#virtualHours()} virtual hours in ${seconds} s`,
      `faults: ${listed(this.#faults)}`,
      `${this.failures.length} seeds with violations`,
    ];
    for (const { seed, violations } of this.failures) {
      for (const { code, text, atMs } of violations.slice(0, 3)) {
        lines.push(`  seed ${seed} at ${atMs / 1000} s: ${code}: ${text}`);
      }
    }
    if (this.short !== undefined) {
      const { operations, replay, runs } = this.short;
      lines.push(`Seed ${this.short.seed}, made short in ${runs} runs:`);
      for (const operation of operations) lines.push(`  ${operation}`);
      lines.push(`Replay it with: ${replay}`);
    }
    return `${lines.join('\n')}\n`;
  }

  #sum(): number {
    return Object.values(this.#faults).reduce((sum, count) => sum + count, 0);
  }

  #virtualHours(): number {
    return Math.round(this.#virtualMs / 36_000) / 100;
  }

  #seconds(): number {
    return Math.round((performance.now() - this.#startedMs) / 100) / 10;
  }
}

function addUp(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + count;
}

function listed(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return entries.map(([name, count]) => `${name} ${count}`).join(', ');
}
