/**
 * The simulated machine's heart: one queue of events in virtual time, and threads that run them.
 *
 *   queue ─▶ the earliest event ─▶ its thread runs it ─▶ every promise it settled runs on ─▶ next
 *
 * Between two events all that could run has run, so a thread killed there dies at an await, and
 * whatever it was waiting for never comes. A thread that works is busy for a while; what arrives
 * meanwhile waits. Times are whole microseconds.
 */
import { Trace } from './trace.ts';

/** The real one: it lets promises run on between two events, and is no part of the simulation. */
const realSetImmediate = globalThis.setImmediate;

export interface Thread {
  readonly id: number;
  readonly name: string;
  alive: boolean;
  /** What an event costs its thread. */
  costUs: number;
  /** The thread's own time while it runs an event. */
  localUs: number;
  busyUntilUs: number;
  diedAtUs: number;
  /** Posts and sends it still gets out before it dies in the midst of its work. */
  postsLeft: number;
  readonly whenDead: (() => void)[];
}

export interface Task {
  timeUs: number;
  readonly order: number;
  /** Undefined: the machine itself, which runs no promises. */
  readonly thread: Thread | undefined;
  readonly act: () => void;
  cancelled: boolean;
}

export class Kernel {
  readonly trace = new Trace();
  #nowUs = 0;
  #orders = 0;
  #threads = 0;
  #current: Thread | undefined;
  readonly #heap: Task[] = [];
  readonly #onFault: (thread: Thread, error: unknown) => void;

  constructor(onFault: (thread: Thread, error: unknown) => void) {
    this.#onFault = onFault;
  }

  /** The machine's time, or that of the thread which runs just now. */
  get nowUs(): number {
    return this.#current?.localUs ?? this.#nowUs;
  }

  get current(): Thread | undefined {
    return this.#current;
  }

  /** The thread that runs just now. @throws Error where none does. */
  get running(): Thread {
    if (this.#current === undefined) throw new Error('nothing of the simulated machine runs');
    return this.#current;
  }

  thread(name: string, costUs: number): Thread {
    this.#threads++;
    return {
      id: this.#threads,
      name,
      alive: true,
      costUs,
      localUs: 0,
      busyUntilUs: 0,
      diedAtUs: Number.POSITIVE_INFINITY,
      postsLeft: Number.POSITIVE_INFINITY,
      whenDead: [],
    };
  }

  /** Runs `act` on the thread at a time, or when the thread has time for it. */
  at(thread: Thread | undefined, timeUs: number, act: () => void): Task {
    this.#orders++;
    const task = { timeUs, order: this.#orders, thread, act, cancelled: false };
    this.#push(task);
    return task;
  }

  after(thread: Thread | undefined, delayUs: number, act: () => void): Task {
    return this.at(thread, this.nowUs + Math.max(0, Math.round(delayUs)), act);
  }

  /** The running thread is busy for so long. */
  spend(us: number): void {
    if (this.#current !== undefined) this.#current.localUs += Math.round(us);
  }

  /** Whether what the thread sends now still gets out: it may be dying. */
  mayPost(): boolean {
    const thread = this.#current;
    if (thread === undefined) return true;
    if (!thread.alive || thread.postsLeft <= 0) return false;
    thread.postsLeft--;
    return true;
  }

  /** Whether what a thread sent at a time had left before it died. */
  static hadLeft(thread: Thread | undefined, atUs: number): boolean {
    return thread === undefined || atUs <= thread.diedAtUs;
  }

  kill(thread: Thread): void {
    if (!thread.alive) return;
    thread.alive = false;
    thread.diedAtUs = this.nowUs;
    this.trace.text(`dead ${thread.name}`);
    for (const act of thread.whenDead.splice(0)) act();
  }

  /** Runs everything up to a time. Resolves when it has come. */
  run(untilUs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          const task = this.#next(untilUs);
          if (task === undefined) {
            this.#nowUs = Math.max(this.#nowUs, untilUs);
            return resolve();
          }
          this.#start(task);
          realSetImmediate(finish);
        } catch (error) {
          reject(error);
        }
      };
      const finish = () => {
        try {
          this.#finish();
        } catch (error) {
          return reject(error);
        }
        step();
      };
      step();
    });
  }

  /** A promise of the running thread was rejected and nobody cared. */
  fault(error: unknown): void {
    if (this.#current !== undefined) this.#onFault(this.#current, error);
  }

  /** The next event for a thread; what the machine does by itself before it is done here. */
  #next(untilUs: number): Task | undefined {
    for (;;) {
      const task = this.#heap[0];
      if (task === undefined || task.timeUs > untilUs) return undefined;
      this.#pop();
      if (task.cancelled) continue;
      const { thread } = task;
      if (thread === undefined) {
        this.#nowUs = task.timeUs;
        this.trace.number(task.timeUs);
        task.act();
      } else if (thread.alive && thread.busyUntilUs > task.timeUs) {
        task.timeUs = thread.busyUntilUs;
        this.#push(task);
      } else if (thread.alive) {
        return task;
      }
    }
  }

  #start(task: Task): void {
    const { thread, timeUs } = task;
    if (thread === undefined) return;
    this.#nowUs = timeUs;
    this.trace.number(timeUs);
    this.trace.number(thread.id);
    this.#current = thread;
    thread.localUs = timeUs;
    try {
      task.act();
    } catch (error) {
      this.#onFault(thread, error);
    }
  }

  #finish(): void {
    const thread = this.#current;
    if (thread === undefined) return;
    thread.busyUntilUs = thread.localUs + thread.costUs;
    this.trace.number(thread.localUs);
    if (thread.postsLeft <= 0) this.kill(thread);
    this.#current = undefined;
  }

  #before(a: Task, b: Task): boolean {
    return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.order < b.order);
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(task);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !this.#before(task, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      if (below === undefined) break;
      const other = heap[child + 1];
      if (other !== undefined && this.#before(other, below)) {
        child++;
        below = other;
      }
      if (!this.#before(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}
