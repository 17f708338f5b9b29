/** The auditor's page names all that it can find, and each code is one that it does find. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findingRules } from '../../../persistence/audit/finding-codes.ts';

const folder = new URL('../../../persistence/audit/', import.meta.url);
const page = readFileSync(new URL('README.md', folder), 'utf8');

describe('persistence/audit/README.md', () => {
  it('lists every finding with its rule', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const listed = Object.entries(findingRules).map(([code, rule]) => `| \`${code}\` | ${rule} |`);
    expect(rows).toEqual(listed);
  });

  it('lists nothing that the auditor never tells', () => {
    const sources = readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && name !== 'finding-codes.ts')
      .map((name) => readFileSync(new URL(name, folder), 'utf8'));
    for (const code of Object.keys(findingRules)) {
      expect(
        sources.some((source) => source.includes(`'${code}'`)),
        code,
      ).toBe(true);
    }
  });
});
