/** The house's desk on the main thread: each question goes to the shard that hosts its show. */
import type { RequestId, ShowId } from '../../engine/ids.ts';
import { requestId } from '../../engine/ids.ts';
import { partitionOf } from '../../engine/shard/route.ts';
import type { HouseCommand } from '../../engine/show/command.ts';
import type { ShowView } from '../../engine/show/views.ts';
import type { HouseAnswer, HouseDesk } from '../services/house-desk.ts';
import type { ShardHost } from '../workers/shard-host.ts';
import { shardOf } from './shard-links.ts';

const VIEW = requestId('view');

export class ShardHouseDesk implements HouseDesk {
  readonly #shards: () => readonly ShardHost[];

  constructor(shards: () => readonly ShardHost[]) {
    this.#shards = shards;
  }

  async ask(command: HouseCommand, request: RequestId): Promise<HouseAnswer> {
    const { show } = command;
    const host = this.#hostOf(show);
    if (host === undefined) return { type: 'failed', reason: 'unavailable' };
    const answer = await host.ask({ type: 'house', show, requestId: request, command });
    return 'type' in answer ? answer : { type: 'failed', reason: 'unavailable' };
  }

  async view(show: ShowId): Promise<ShowView | undefined> {
    const answer = await this.#hostOf(show)?.ask({ type: 'view', show, requestId: VIEW });
    return answer === undefined || 'type' in answer ? undefined : answer;
  }

  #hostOf(show: ShowId): ShardHost | undefined {
    const shards = this.#shards();
    return shards[shardOf(partitionOf(show), shards.length)];
  }
}
