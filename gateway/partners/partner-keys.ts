/**
 * Keys of partners, as `uk_<id>_<secret>`: shown once when made, kept as a hash, compared in the
 * same time whatever is wrong with them [C2].
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Catalog } from '../../engine/catalog/catalog.ts';
import type { PartnerKey } from '../../engine/catalog/model.ts';
import type { Principal } from '../http/api/route.ts';

const ID_BYTES = 6;
const SECRET_BYTES = 24;
const KEY = /^uk_([0-9a-f]{12})_([\w-]{32})$/;

export interface NewKey {
  readonly key: Pick<PartnerKey, 'id' | 'hash'>;
  /** The only time that it is seen. */
  readonly text: string;
}

export function makeKey(): NewKey {
  const id = randomBytes(ID_BYTES).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { key: { id, hash: hashOf(secret) }, text: `uk_${id}_${secret}` };
}

/** Whose a key is that came as `Authorization: Bearer …`; undefined where it proves nothing. */
export function partnerOf(catalog: Catalog, authorization: string): Principal | undefined {
  const [scheme = '', text = ''] = authorization.split(' ', 2);
  const match = scheme.toLowerCase() === 'bearer' ? KEY.exec(text) : null;
  const known = catalog.partnerKey(match?.[1] ?? '');
  const given = Buffer.from(hashOf(match?.[2] ?? ''), 'hex');
  const wanted = Buffer.from(known?.hash ?? hashOf('nobody'), 'hex');
  if (!timingSafeEqual(given, wanted) || known === undefined || match === null) return undefined;
  if (catalog.partner(known.partner)?.suspended === true) return undefined;
  return { type: 'partner', partner: known.partner, key: known.id, scopes: known.scopes };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
