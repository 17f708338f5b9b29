/** Keys of one partner, made and taken in its name; a secret is printed once, and kept nowhere. */
import { type PartnerScope, partnerScopes } from '../../engine/catalog/model.ts';
import { CommandError, EXIT, print, tell, wrongUse } from './command.ts';
import { askServer, listFrom } from './server-desk.ts';

const KEYS = '/api/v1/partner/keys';

interface KeyDesk {
  readonly data: string;
  readonly json: boolean;
  readonly partner: string;
}

interface ListedKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly PartnerScope[];
  readonly createdMs: number;
}

/** All of them where none are named. @throws CommandError for one that there is not. */
export function scopesOf(text: string | undefined): readonly PartnerScope[] {
  if (text === undefined) return partnerScopes;
  return text.split(',').map((name) => {
    const known = partnerScopes.find((each) => each === name.trim());
    return known ?? wrongUse(`--scopes are some of ${partnerScopes.join(',')}, not "${name}".`);
  });
}

export async function keysOf({ data, json, partner }: KeyDesk): Promise<number> {
  const items = await listed(data, partner);
  const lines = items.map(({ id, name, scopes, createdMs }) => {
    const day = new Date(createdMs).toISOString().slice(0, 10);
    return [id, day, scopes.join(','), name].join('  ');
  });
  tell(json, { items }, lines.length === 0 ? [`${partner} has no key.`] : lines);
  return EXIT.done;
}

export async function makeKey(
  { data, json, partner }: KeyDesk,
  name: string,
  scopes: readonly PartnerScope[],
): Promise<number> {
  const body = { name, scopes };
  const { json: made } = await askServer(data, { method: 'POST', path: KEYS, partner, body });
  tell(json, made, [`The key ${String(made.id)}, shown this once:`, String(made.key)]);
  return EXIT.done;
}

export async function revokeKey({ data, json, partner }: KeyDesk, id: string): Promise<number> {
  await askServer(data, { method: 'DELETE', path: `${KEYS}/${id}`, partner });
  tell(json, { revoked: id }, [`The key ${id} opens nothing any more.`]);
  return EXIT.done;
}

/** The new key is shown before the old one ends: whatever happens, one of them is known. */
export async function rotateKey(
  { data, json, partner }: KeyDesk,
  id: string,
  isOldKept: boolean,
): Promise<number> {
  const old = (await listed(data, partner)).find((each) => each.id === id);
  if (old === undefined) throw new CommandError(`${partner} has no key "${id}".`);
  const body = { name: old.name, scopes: old.scopes };
  const { json: made } = await askServer(data, { method: 'POST', path: KEYS, partner, body });
  tell(json, { ...made, replaces: id, revoked: !isOldKept }, [
    `The key ${String(made.id)} in place of ${id}, shown this once:`,
    String(made.key),
  ]);
  if (isOldKept) {
    const how = `"usher partner revoke ${partner} ${id}" ends the old one`;
    if (!json) print(`Both are good now: ${how}.`);
    return EXIT.done;
  }
  await askServer(data, { method: 'DELETE', path: `${KEYS}/${id}`, partner });
  return EXIT.done;
}

async function listed(data: string, partner: string): Promise<readonly ListedKey[]> {
  return await listFrom<ListedKey>(data, { method: 'GET', path: KEYS, partner });
}

/** @throws CommandError for a whole key, whose secret then stands in the list of processes. */
export function keyId(key: string): string {
  if (/^[0-9a-f]{12}$/.test(key)) return key;
  const [, id] = /^uk_([0-9a-f]{12})_/.exec(key) ?? [];
  const hint = id === undefined ? 'has 12 characters of 0–9 and a–f' : `here is ${id}`;
  return wrongUse(`Name a key by its id alone, which ${hint}.`);
}
