/**
 * Tells the SDK's clients of this process that the network is back, as a browser tells its pages:
 * they reconnect at once instead of after their pause, which grows with each of many crashes.
 * To be imported before a client connects.
 */
import { setMaxListeners } from 'node:events';

const page = new EventTarget();
setMaxListeners(0, page);
Object.assign(globalThis, { window: page });

export function networkIsBack(): void {
  page.dispatchEvent(new Event('online'));
}
