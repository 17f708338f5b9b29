/**
 * Puts the simulated machine in the place of the real one: timers, clocks, chance and message
 * ports, as the shipped code finds them. It is done from outside, in a worker of its own, so that
 * the code under test is the code that ships, with no door left open for the simulator.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import threads from 'node:worker_threads';
import type { Kernel, Task } from './kernel.ts';
import { SimChannel, takeMessage, type Wires } from './ports.ts';
import type { Random } from './random.ts';

export interface Machine extends Wires {
  readonly kernel: Kernel;
  readonly chance: Random;
  /** The wall clock, which can be set; the monotonic one is the kernel's. */
  wallMs(): number;
  /** The simulated process wants to end. */
  exit(code: number): void;
}

let machine: Machine | undefined;

/** From here on this machine is the one that the code under test sees. */
export function powerOn(next: Machine): void {
  machine = next;
}

function on(): Machine {
  if (machine === undefined) throw new Error('the simulated machine is not on');
  return machine;
}

class Timer {
  task: Task | undefined;

  unref(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

function start(act: () => void, delayMs: number, again: boolean): Timer {
  const { kernel } = on();
  const thread = kernel.running;
  const timer = new Timer();
  const wait = () => {
    timer.task = kernel.after(thread, Math.max(1, delayMs) * 1000, () => {
      if (again) wait();
      act();
    });
  };
  wait();
  return timer;
}

function stop(timer: unknown): void {
  if (timer instanceof Timer && timer.task !== undefined) timer.task.cancelled = true;
}

type Act = (...given: unknown[]) => void;

const replacements = {
  setTimeout: (act: Act, ms = 0, ...given: unknown[]) => start(() => act(...given), ms, false),
  setInterval: (act: Act, ms = 0, ...given: unknown[]) => start(() => act(...given), ms, true),
  setImmediate: (act: Act, ...given: unknown[]) => {
    const { kernel } = on();
    const timer = new Timer();
    timer.task = kernel.after(kernel.running, 1, () => act(...given));
    return timer;
  },
  clearTimeout: stop,
  clearInterval: stop,
  clearImmediate: stop,
};

/**
 * Once a worker, before anything of the simulation is run. Until a machine is on, what is loaded
 * finds the real one.
 */
export function replaceGlobals(): void {
  put(globalThis, 'setTimeout', replacements.setTimeout);
  put(globalThis, 'setInterval', replacements.setInterval);
  put(globalThis, 'setImmediate', replacements.setImmediate);
  put(globalThis, 'clearTimeout', replacements.clearTimeout);
  put(globalThis, 'clearInterval', replacements.clearInterval);
  put(globalThis, 'clearImmediate', replacements.clearImmediate);
  put(Date, 'now', () => on().wallMs());
  put(Math, 'random', () => on().chance.unit());
  put(performance, 'now', () => on().kernel.nowUs / 1000);
  put(process.hrtime, 'bigint', () => BigInt(on().kernel.nowUs) * 1000n);
  put(process, 'exit', (code: number) => on().exit(code));
  put(crypto, 'randomBytes', (count: number) => Buffer.from(on().chance.bytes(count)));
  class MessageChannel extends SimChannel {
    constructor() {
      super(on());
    }
  }
  put(threads, 'MessageChannel', MessageChannel);
  put(threads, 'receiveMessageOnPort', takeMessage);
  syncBuiltinESMExports();
}

/** Puts `simulated` in the place of a function; the real one serves until a machine is on. */
function put(target: object, name: string, simulated: unknown): void {
  const owner = target as Record<string, unknown>;
  const real = owner[name];
  let value = simulated;
  if (typeof real === 'function' && typeof simulated === 'function' && name !== 'MessageChannel') {
    value = (...given: unknown[]): unknown =>
      machine === undefined ? real.apply(target, given) : simulated(...given);
  }
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
