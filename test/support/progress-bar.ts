/** A bar on stderr for a person who waits; nothing at all where nobody watches. */
import { Presets, SingleBar } from 'cli-progress';

export interface Bar {
  /** So many are done. */
  at(done: number): void;
  stop(): void;
}

export function startBar(total: number, what: string): Bar {
  if (!process.stderr.isTTY) return { at: () => undefined, stop: () => undefined };
  const format = `{bar} {value}/{total} ${what}, {eta_formatted} left`;
  const bar = new SingleBar(
    { stream: process.stderr, format, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { at: (done) => bar.update(done), stop: () => bar.stop() };
}
