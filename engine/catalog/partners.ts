/** Theatre companies and their keys, as the catalogue decides about them [C2]. */
import { limits } from '../limits.ts';
import type { Catalog } from './catalog.ts';
import { checkPartner, checkPartnerKey } from './check-fields.ts';
import type { CatalogEvent, Partner, PartnerKey } from './model.ts';
import { type CatalogRefusal, refuse } from './refusals.ts';
import { sameFact } from './same-fact.ts';

type Decision = CatalogEvent[] | CatalogRefusal;

export function addPartner(catalog: Catalog, partner: Partner): Decision {
  const problem = checkPartner(partner);
  if (problem !== undefined) return refuse('invalidField', problem);
  const known = catalog.partner(partner.id);
  if (known !== undefined && sameFact(known, partner)) return [];
  return [{ type: 'partnerAdded', partner }];
}

export function addPartnerKey(catalog: Catalog, key: PartnerKey): Decision {
  const problem = checkPartnerKey(key);
  if (problem !== undefined) return refuse('invalidField', problem);
  if (catalog.partner(key.partner) === undefined) {
    return refuse('partnerNotFound', `There is no partner "${key.partner}".`);
  }
  const known = catalog.partnerKey(key.id);
  if (known !== undefined) {
    if (sameFact(known, key)) return [];
    return refuse('inUse', 'There is a key of that id already.');
  }
  if (catalog.keysOf(key.partner).length >= limits.keysPerPartner) {
    return refuse('inUse', `A partner has at most ${limits.keysPerPartner} keys: revoke one.`);
  }
  return [{ type: 'partnerKeyAdded', key }];
}

export function revokePartnerKey(catalog: Catalog, partner: string, id: string): Decision {
  const key = catalog.partnerKey(id);
  if (key === undefined || key.partner !== partner) {
    return refuse('keyNotFound', 'There is no such key, or it is revoked already.');
  }
  return [{ type: 'partnerKeyRevoked', key: id }];
}
