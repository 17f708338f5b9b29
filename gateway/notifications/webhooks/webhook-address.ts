/**
 * Where a webhook may go. Partners name the address, so it must not lead into the house: only
 * HTTPS to public addresses, looked at again in the moment of connecting, whatever the name said
 * when it was given.
 */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

const LONGEST_URL = 2_048;

const private4 = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  private4.addSubnet(address, prefix, 'ipv4');
}

/** What is given out to networks; all else of IPv6 is special. */
const public6 = new BlockList();
public6.addSubnet('2000::', 3, 'ipv6');
/** Parts of that which lead elsewhere: tunnels, examples. */
const special6 = new BlockList();
for (const [address, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special6.addSubnet(address, prefix, 'ipv6');
}

export function isPublicAddress(address: string): boolean {
  if (isIPv6(address)) return public6.check(address, 'ipv6') && !special6.check(address, 'ipv6');
  return isIP(address) === 4 && !private4.check(address, 'ipv4');
}

/** Why a webhook cannot go there, as a sentence; undefined where it can. */
export function urlProblem(text: string, allowLocal: boolean): string | undefined {
  if (text.length > LONGEST_URL) return `Give an address of at most ${LONGEST_URL} characters.`;
  if (!URL.canParse(text)) return 'Give a whole address, e.g. https://example.org/usher.';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    return 'Give an address without a user and a password; check the signature instead.';
  }
  if (url.protocol !== 'https:' && !(allowLocal && url.protocol === 'http:')) {
    return 'Give an address that begins with https://.';
  }
  const host = hostOf(url);
  if (!allowLocal && (isIP(host) === 0 ? isLocalName(host) : !isPublicAddress(host))) {
    return 'Give an address that is reachable from the internet.';
  }
  return undefined;
}

/** The host as a name or an address, without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function isLocalName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return !name.includes('.') || /\.(?:localhost|local|internal|home\.arpa)$/.test(name);
}

/** For `http.request`: finds addresses as usual, and fails where one of them is private. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) return callback(error, '', 0);
    const inside = addresses.find(({ address }) => !isPublicAddress(address));
    const [first] = addresses;
    if (inside !== undefined || first === undefined) {
      return callback(new Error(`${hostname} leads to a private address`), '', 0);
    }
    if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
