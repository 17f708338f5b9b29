/** Where a load may go: an address a person typed, and whether it is this very machine. */
import { BlockList, isIP } from 'node:net';
import type { Target } from './subject.ts';

const HIGHEST_PORT = 65_535;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Reads `host:port`, `[::1]:port` or `http://host:port`.
 * @throws Error that says what an address looks like.
 */
export function parseAddress(text: string): Target {
  const form = `--address is host:port, like 127.0.0.1:8080, not ${text}`;
  let url: URL;
  try {
    url = new URL(/^\w+:\/\//.test(text) ? text : `http://${text}`);
  } catch {
    throw new Error(form);
  }
  if (url.protocol === 'https:' || url.protocol === 'wss:') {
    throw new Error(
      `--address ${text}: the bench does not speak TLS, which would measure the client; give it ` +
        'the port that the server itself listens on',
    );
  }
  if (url.protocol !== 'http:' && url.protocol !== 'ws:') throw new Error(form);
  const extra = url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '';
  if (extra || url.hostname === '') throw new Error(form);
  const port = url.port === '' ? 80 : Number(url.port);
  if (port < 1 || port > HIGHEST_PORT) throw new Error(form);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/** Names are resolved by nobody here: only `localhost` is known to be this machine. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === 'localhost';
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
