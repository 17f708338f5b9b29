/** A bar on stderr for a person who waits; nothing at all where nobody watches. */
import { Presets, SingleBar } from 'cli-progress';

const TICK_MS = 100;

export interface Progress {
  /** Begins a stretch that takes about this long; the bar fills with time. */
  stretch(what: string, seconds: number): void;
  stop(): void;
}

export function startProgress(): Progress {
  if (!process.stderr.isTTY) return { stretch: () => undefined, stop: () => undefined };
  const bar = new SingleBar(
    { stream: process.stderr, format: '{bar} {what}', clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  );
  let timer: NodeJS.Timeout | undefined;
  return {
    stretch: (what, seconds) => {
      clearInterval(timer);
      bar.start(Math.max(1, Math.ceil((seconds * 1000) / TICK_MS)), 0, { what });
      timer = setInterval(() => bar.increment(), TICK_MS);
    },
    stop: () => {
      clearInterval(timer);
      bar.stop();
    },
  };
}
