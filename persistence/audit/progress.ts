/** A bar on standard error for a person who waits; nothing at all where nobody watches. */

export interface Progress {
  to(frames: number): void;
  stop(): void;
}

const silent: Progress = { to: () => undefined, stop: () => undefined };

export async function startProgress(frames: number): Promise<Progress> {
  if (!process.stderr.isTTY) return silent;
  // Installed with the tools for development only: elsewhere the audit does without a bar.
  const bars = await import('cli-progress').catch(() => undefined);
  if (bars === undefined) return silent;
  const bar = new bars.default.SingleBar(
    {
      stream: process.stderr,
      format: '{bar} {percentage} %  {value} of {total} frames, {eta_formatted} to go',
      clearOnComplete: true,
      hideCursor: true,
    },
    bars.default.Presets.shades_classic,
  );
  bar.start(Math.max(frames, 1), 0);
  return { to: (read) => bar.update(read), stop: () => bar.stop() };
}
