/**
 * What the services have to work with. They live on a thread of their own, beside the path of a
 * booking: whatever they wait for, nobody at a socket waits for them [N2].
 */
import type { Database } from 'better-sqlite3';
import type { Catalog } from '../../engine/catalog/catalog.ts';
import type { CatalogCommand } from '../../engine/catalog/commands.ts';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import type { CatalogRefusal } from '../../engine/catalog/refusals.ts';
import type { Clock } from '../../engine/shard/host.ts';
import type { HouseDesk } from './house-desk.ts';

/** The catalogue actor's answer; `events` are durable and in `Services.catalog` by then. */
export type CatalogAnswer =
  | { readonly type: 'decided'; readonly events: readonly CatalogEvent[] }
  | CatalogRefusal;

export interface ServicesLogger {
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
  error(facts: object, text: string): void;
}

export interface Services {
  /** Kept up to date; read only. */
  readonly catalog: Catalog;
  decideCatalog(command: CatalogCommand): Promise<CatalogAnswer>;
  readonly house: HouseDesk;
  /** The log's own file, for the tables of the services. */
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: ServicesLogger;
}
