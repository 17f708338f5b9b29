/**
 * The smallest typed event emitter that does the job: the DOM's is not typed by event and Node's
 * does not exist in a browser.
 */

/** Ends a subscription; calling it twice is harmless. */
export type Unsubscribe = () => void;

type Listener<Value> = (value: Value) => void;

export class Listeners<Events extends object> {
  readonly #byEvent = new Map<keyof Events, Set<Listener<never>>>();

  on<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): Unsubscribe {
    const set = this.#byEvent.get(event) ?? new Set();
    this.#byEvent.set(event, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  emit<Name extends keyof Events>(event: Name, value: Events[Name]): void {
    const set = this.#byEvent.get(event);
    if (!set) return;
    for (const listener of [...set]) {
      try {
        (listener as Listener<Events[Name]>)(value);
      } catch (error) {
        // One listener's bug must neither silence the others nor break the connection.
        report(error);
      }
    }
  }

  clear(): void {
    this.#byEvent.clear();
  }
}

function report(error: unknown): void {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error);
  else console.error(error);
}
