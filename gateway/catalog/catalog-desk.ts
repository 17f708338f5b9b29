/**
 * The catalogue actor at work: commands are decided one after the other, made durable, and only
 * then told to everybody who has a copy.
 */
import type { CatalogCommand } from '../../engine/catalog/commands.ts';
import { decideCatalog } from '../../engine/catalog/decide.ts';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import type { Clock } from '../../engine/shard/host.ts';
import type { CatalogAnswer } from '../services/services.ts';
import type { CatalogHost } from './catalog-host.ts';

/** Commands waiting to be decided; a catalogue changes rarely. */
const MAX_WAITING = 1_000;

export class CatalogDesk {
  readonly #host: () => CatalogHost;
  readonly #clock: Clock;
  readonly #tell: (events: readonly CatalogEvent[]) => Promise<void>;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** `tell` resolves once the shards have what they need of the events. */
  constructor(
    host: () => CatalogHost,
    clock: Clock,
    tell: (events: readonly CatalogEvent[]) => Promise<void>,
  ) {
    this.#host = host;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** @throws LogFault where the log cannot be written; Error where too many wait. */
  decide(command: CatalogCommand): Promise<CatalogAnswer> {
    if (this.#waiting >= MAX_WAITING) {
      return Promise.reject(new Error('too many changes of the catalogue are under way'));
    }
    this.#waiting++;
    const decided = this.#last.then(() => this.#decide(command));
    this.#last = decided.catch(() => undefined).then(() => this.#waiting--);
    return decided;
  }

  async #decide(command: CatalogCommand): Promise<CatalogAnswer> {
    const host = this.#host();
    const outcome = decideCatalog(host.catalog, command, { nowMs: this.#clock.now() });
    if (!Array.isArray(outcome)) return outcome;
    await host.record(outcome);
    if (outcome.length > 0) await this.#tell(outcome);
    return { type: 'decided', events: outcome };
  }
}
