/** The protocol's page names every message, refusal and error as the code has them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rejectionTable } from '../../../engine/show/rejections.ts';
import { wireErrors } from '../../../gateway/wire/errors.ts';
import { down, up } from '../../../gateway/wire/messages.ts';

const page = readFileSync(new URL('../../../gateway/wire/README.md', import.meta.url), 'utf8');

describe('gateway/wire/README.md', () => {
  it('lists every message with its code and fields', () => {
    for (const [name, { code, fields }] of Object.entries({ ...up, ...down })) {
      const list = Object.entries(fields).map(([field, kind]) => `${field}: ${kind}`);
      const row = `| ${code} | \`${name}\` | ${list.join(', ')} |`;
      expect(page).toContain(row);
    }
  });

  it('lists every rejection with its number and whether it is final', () => {
    for (const [reason, { code, final }] of Object.entries(rejectionTable)) {
      expect(page).toContain(`| ${code} | \`${reason}\` | ${final ? 'yes' : 'no'} |`);
    }
  });

  it('lists every error with its number', () => {
    for (const [reason, { code }] of Object.entries(wireErrors)) {
      expect(page).toContain(`| ${code} | \`${reason}\` |`);
    }
  });
});
