/** A bar on standard error for a person who waits; nothing at all where nobody watches. */
import { Presets, SingleBar } from 'cli-progress';

export interface Bar {
  to(value: number): void;
  stop(): void;
}

export async function startBar(total: number, what: string): Promise<Bar> {
  if (!process.stderr.isTTY) return { to: () => undefined, stop: () => undefined };
  const format = `{bar} {percentage} %  {value} of {total} ${what}, {eta_formatted} to go`;
  const settings = { stream: process.stderr, format, clearOnComplete: true, hideCursor: false };
  const bar = new SingleBar(settings, Presets.shades_classic);
  bar.start(Math.max(total, 1), 0);
  return { to: (value) => bar.update(Math.min(value, total)), stop: () => bar.stop() };
}
