/** Proves that sessions and tickets are worth their signature, and that forged ones are not. */
import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../engine/limits.ts';
import { SessionTokens } from '../../../gateway/sessions/session-tokens.ts';
import { checkTicket, newTicketKey, TicketSigner } from '../../../gateway/tickets/ticket-signer.ts';

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The text with one character replaced by another that it could have had. */
function tampered(text: string, at: number, by: number): string {
  const place = at % text.length;
  const next = base64url[(base64url.indexOf(text[place] ?? '') + 1 + (by % 63)) % 64] ?? '';
  return `${text.slice(0, place)}${next}${text.slice(place + 1)}`;
}

describe('session tokens', () => {
  const secret = randomBytes(32);
  const tokens = new SessionTokens(secret);

  it('[W9] bring their user back, here and after a restart', () => {
    const { user, token } = tokens.create();
    expect(tokens.verify(token)).toEqual({ user, token });
    expect(new SessionTokens(secret).verify(token)).toEqual({ user, token });
    expect(user.length).toBeLessThanOrEqual(limits.userIdChars);
    expect(token.length).toBeLessThanOrEqual(256);
  });

  it('are somebody else each time', () => {
    const users = Array.from({ length: 2_000 }, () => tokens.create().user);
    expect(new Set(users).size).toBe(2_000);
  });

  it('of another secret are nobody', () => {
    expect(new SessionTokens(randomBytes(32)).verify(tokens.create().token)).toBeUndefined();
  });

  it('that were tampered with are nobody', () => {
    const { user, token } = tokens.create();
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.nat(62), (at, by) => {
        if (token[at] === '.') return;
        const found = tokens.verify(tampered(token, at, by));
        // The signature's last character carries four bits; others may stand for the same.
        if (at === token.length - 1) expect([undefined, user]).toContain(found?.user);
        else expect(found).toBeUndefined();
      }),
    );
  });

  it('are nobody where they are any text', () => {
    const { user, token } = tokens.create();
    const [, signature = ''] = token.split('.');
    const forged = ['', '.', `${user}.`, `.${signature}`, user, signature, `${user}x.${signature}`];
    for (const text of [...forged, `${user}.${signature}.${signature}`, `${token}.`]) {
      expect(tokens.verify(text)?.user, text).toSatisfy(
        (found) => found === undefined || (text === `${token}.` && found === user),
      );
    }
    fc.assert(fc.property(fc.string(), (text) => tokens.verify(text) === undefined));
  });
});

describe('ticket codes', () => {
  const key = newTicketKey();
  const signer = new TicketSigner(key);
  const facts = { show: '161xy0', booking: '161XY0-01K', seat: 17, section: 'Stalls', row: 'F' };
  const ticket = { ...facts, number: 12 };

  it('[B1] say at the door what was booked, also after a restart', () => {
    expect(checkTicket(signer.code(ticket), signer.publicKeyPem)).toEqual(ticket);
    const later = new TicketSigner(key);
    expect(later.publicKeyPem).toBe(signer.publicKeyPem);
    expect(checkTicket(later.code(ticket), signer.publicKeyPem)).toEqual(ticket);
  });

  it('[B1] say any place in any language', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(name, fc.nat(99_999), fc.nat(999), (section, seat, number) => {
        const any = { ...ticket, section, seat, number };
        const found = checkTicket(signer.code(any), signer.publicKeyPem);
        expect(found).toEqual({ ...any, section: section.replaceAll('|', '/') });
      }),
      { numRuns: 50 },
    );
  });

  it('[B1] that were tampered with are refused', () => {
    const code = signer.code(ticket);
    fc.assert(
      fc.property(fc.nat(code.length - 1), fc.nat(62), (at, by) => {
        if (code[at] === '.') return;
        const found = checkTicket(tampered(code, at, by), signer.publicKeyPem);
        // Last characters may have spare bits; whatever is taken says what was signed.
        if (found !== undefined) expect(found).toEqual(ticket);
      }),
      { numRuns: 300 },
    );
    const [payload = '', signature = ''] = code.split('.');
    const other = Buffer.from(
      Buffer.from(payload, 'base64url').toString().replace('|17|', '|18|'),
    ).toString('base64url');
    expect(checkTicket(`${other}.${signature}`, signer.publicKeyPem)).toBeUndefined();
    const swapped = signer.code({ ...ticket, seat: 18 }).split('.')[1];
    expect(checkTicket(`${payload}.${swapped}`, signer.publicKeyPem)).toBeUndefined();
  });

  it('[B1] of another key, or of no kind at all, are refused', () => {
    const stranger = new TicketSigner(newTicketKey());
    expect(checkTicket(stranger.code(ticket), signer.publicKeyPem)).toBeUndefined();
    const [payload = '', signature = ''] = signer.code(ticket).split('.');
    for (const code of ['', '.', payload, `${payload}.`, `.${signature}`, 'a.b', 'ä.ö', '..']) {
      expect(checkTicket(code, signer.publicKeyPem), code).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string(), (code) => checkTicket(code, signer.publicKeyPem) === undefined),
    );
  });

  it('[B1] cannot be given other fields by a row with a bar in its name', () => {
    const bar = { ...ticket, row: 'F|99', section: 'A|B' };
    const found = checkTicket(signer.code(bar), signer.publicKeyPem);
    expect(found).toEqual({ ...ticket, row: 'F/99', section: 'A/B' });
  });
});
