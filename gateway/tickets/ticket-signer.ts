/**
 * Tickets that a door scanner can check without a connection: what a ticket says, signed with
 * Ed25519 [B1]. Whoever has the public key can verify; only the server can sign.
 *
 *   code = base64url(payload) "." base64url(signature)
 *   payload = "T1|" show "|" booking reference "|" seat index "|" section "|" row "|" number
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

export interface TicketFacts {
  readonly show: string;
  readonly booking: string;
  readonly seat: number;
  readonly section: string;
  readonly row: string;
  readonly number: number;
}

/** A new private key, PKCS #8 in DER, to be kept with the log. */
export function newTicketKey(): Uint8Array {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' });
}

export class TicketSigner {
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  /** @param key PKCS #8 in DER, from `newTicketKey`. */
  constructor(key: Uint8Array) {
    this.#private = createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' });
    this.#public = createPublicKey(this.#private);
  }

  /** The public key in PEM, for scanners. */
  get publicKeyPem(): string {
    return this.#public.export({ format: 'pem', type: 'spki' }).toString();
  }

  code(facts: TicketFacts): string {
    const { show, booking, seat, section, row, number } = facts;
    const places = [section, row].map((name) => name.replaceAll('|', '/'));
    const payload = Buffer.from(['T1', show, booking, seat, ...places, number].join('|'));
    const signature = sign(null, payload, this.#private);
    return `${payload.toString('base64url')}.${signature.toString('base64url')}`;
  }
}

/** What a genuine code says; undefined for a forged or mangled one. Needs no connection. */
export function checkTicket(code: string, publicKeyPem: string): TicketFacts | undefined {
  const [head = '', tail = ''] = code.split('.');
  const payload = Buffer.from(head, 'base64url');
  const signature = Buffer.from(tail, 'base64url');
  if (!verify(null, payload, createPublicKey(publicKeyPem), signature)) return undefined;
  const [version, show, booking, seat, section, row, number] = payload.toString().split('|');
  if (version !== 'T1' || show === undefined || booking === undefined) return undefined;
  if (section === undefined || row === undefined) return undefined;
  return { show, booking, seat: Number(seat), section, row, number: Number(number) };
}
