/** Proves that settings are read from where they may stand; wrong ones are told what is right. */
import { describe, expect, it, vi } from 'vitest';
import {
  OptionError,
  readServerOptions,
  type ServerOptions,
} from '../../gateway/server-options.ts';

type Environment = Readonly<Record<string, string>>;

const read = (flags: readonly string[], env: Environment = {}) =>
  readServerOptions(['node', 'usher', ...flags], env);

function refusal(flags: readonly string[], env: Environment = {}): string {
  try {
    const options = read(flags, env);
    throw new Error(`${flags.join(' ')} was taken as ${JSON.stringify(options)}`);
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    return (error as Error).message;
  }
}

describe('settings', () => {
  it('are sensible where none is given', () => {
    const options = read([]);
    expect(options).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      data: 'data/usher.db',
      demo: false,
      demoSeed: 1,
      demoDays: 7,
      crowd: 0,
      messagesPerSecond: 50,
      acceptLoss: false,
      logLevel: 'info',
    });
    expect(options?.shards).toBeGreaterThanOrEqual(1);
    expect(options?.gateways).toBe(options?.shards);
  });

  const given: readonly [readonly string[], Partial<ServerOptions>][] = [
    [['--port', '0'], { port: 0 }],
    [['--port=65535'], { port: 65_535 }],
    [['--crowd', '40', '--crowd', '200'], { crowd: 200 }],
    [['--host', '::1'], { host: '::1' }],
    [['--data', '/tmp/a b.db'], { data: '/tmp/a b.db' }],
    [['--data', '123'], { data: '123' }],
    [['--demo'], { demo: true }],
    [['--no-demo'], { demo: false }],
    [['--demo', '--demo-days', '30', '--demo-seed', '0'], { demoDays: 30, demoSeed: 0 }],
    [['--crowd', '40', '--shards', '3', '--gateways', '4'], { crowd: 40, shards: 3, gateways: 4 }],
    [['--messages-per-second', '0', '--max-connections', '1'], { messagesPerSecond: 0 }],
    [['--accept-loss', '--log-level', 'silent'], { acceptLoss: true, logLevel: 'silent' }],
  ];
  it.each(given)('may stand on the command line: %s', (flags, expected) => {
    expect(read(flags)).toMatchObject(expected);
  });

  it('may stand in the environment, where the command line does not say otherwise', () => {
    const env = {
      USHER_PORT: '9000',
      USHER_MESSAGES_PER_SECOND: '7',
      USHER_DEMO: 'true',
      USHER_ACCEPT_LOSS: '0',
      USHER_LOG_LEVEL: 'warn',
    };
    const expected = { port: 9_000, messagesPerSecond: 7, demo: true, acceptLoss: false };
    expect(read([], env)).toMatchObject({ ...expected, logLevel: 'warn' });
    expect(read(['--port', '1', '--no-demo'], env)).toMatchObject({ port: 1, demo: false });
    expect(read([], { USHER_DEMO: '1' })?.demo).toBe(true);
    expect(read([], { USHER_DEMO: '' })?.demo).toBe(false);
  });

  it('have help, which names every one of them', () => {
    const said: unknown[] = [];
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said.push(text);
      return true;
    });
    try {
      for (const flag of ['--help', '-h']) expect(read([flag])).toBeUndefined();
    } finally {
      write.mockRestore();
    }
    for (const name of ['--port', '--data', '--demo-days', '--accept-loss', '--log-level']) {
      expect(said.join('\n')).toContain(name);
    }
  });
});

describe('wrong settings', () => {
  const wrong: readonly (readonly string[])[] = [
    ['--port', '-1'],
    ['--port', '65536'],
    ['--port', '1.5'],
    ['--port', 'http'],
    ['--port', '8080x'],
    ['--port='],
    ['--demo-days', '0'],
    ['--demo-days', '31'],
    ['--demo-seed', '-5'],
    ['--crowd', '5001'],
    ['--shards', '0'],
    ['--shards', '65'],
    ['--gateways', 'many'],
    ['--max-connections', '0'],
    ['--messages-per-second', '1e7'],
    ['--log-level', 'loud'],
    ['--data'],
    ['--data='],
    ['--host', ''],
    ['--nope'],
    ['--prot', '80'],
    ['-p', '80'],
    ['serve'],
  ];
  it.each(wrong.map((flags) => [flags.join(' '), flags] as const))(
    'are refused: %s',
    (_, flags) => {
      expect(refusal(flags)).toMatch(/^["A-Z-].{10,}\.$/);
    },
  );

  it('in the environment are refused too', () => {
    expect(refusal([], { USHER_PORT: 'http' })).toContain('--port');
    expect(refusal([], { USHER_PORT: '' })).toContain('--port');
    expect(refusal([], { USHER_DEMO: 'yes' })).toContain('--demo');
    expect(refusal([], { USHER_LOG_LEVEL: 'loud' })).toContain('silent');
  });

  it('say what would be right', () => {
    expect(refusal(['--port', 'http'])).toBe(
      '--port <number> is a whole number from 0 to 65535, not "http".',
    );
    expect(refusal(['--nope'])).toContain('--nope');
    expect(refusal(['serve'])).toContain('"serve"');
  });

  const numbers = ['--port', '--crowd', '--shards', '--gateways', '--demo-days'];
  it.each(numbers)('that lack their number are refused: %s', (flag) => {
    expect(refusal([flag])).toContain(flag);
    expect(refusal([flag, '--demo'])).toContain(flag);
  });

  it('that take back a number are refused', () => {
    expect(refusal(['--no-port'])).toContain('port');
  });
});
