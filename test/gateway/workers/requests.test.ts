/** A client's message becomes the shard's request in its user's name, with all that it wished. */
import { describe, expect, it } from 'vitest';
import { requestId, showId, userId } from '../../../engine/ids.ts';
import { toRequest } from '../../../gateway/workers/requests.ts';

const named = { requestId: requestId('r1'), show: showId('s') };
const user = userId('ann');

describe('a request for best seats', () => {
  it('[H8] says whether rows behind each other will do, and in which tier', () => {
    const asked = { type: 'holdBest', ...named, count: 4 } as const;
    expect(toRequest({ ...asked, tier: 2, split: true }, user)).toEqual({
      ...asked,
      user,
      tier: 2,
      split: true,
    });
    expect(toRequest({ ...asked, tier: null, split: null }, user)).toEqual({
      ...asked,
      user,
      tier: undefined,
      split: undefined,
    });
  });
});
