/** From a client's message to what the shard is asked, in its user's name. */
import type { UserId } from '../../engine/ids.ts';
import type { ShardRequest } from '../../engine/shard/requests.ts';
import type { UpMessage } from '../wire/message-types.ts';
import type { FrequentMessage } from '../wire/read-up.ts';

/** A frequent message, completed with its user. */
export function toCommand(message: FrequentMessage, user: UserId): ShardRequest {
  const { requestId, show } = message;
  if (message.type === 'hold') {
    return { type: 'hold', requestId, show, seats: message.seats, user };
  }
  return { type: 'release', requestId, show, hold: message.hold, user };
}

/** Undefined for messages that a gateway answers itself. */
export function toRequest(message: UpMessage, user: UserId): ShardRequest | undefined {
  switch (message.type) {
    case 'watch':
      return message;
    case 'mine':
      return { type: 'mine', requestId: message.requestId, user };
    case 'tickets': {
      const { show, booking, requestId } = message;
      return { type: 'booking', show, user, booking, requestId };
    }
    case 'hold':
    case 'change':
    case 'release':
    case 'wait':
    case 'leave':
    case 'book':
    case 'pay':
    case 'cancel':
      // The message is ours, read a moment ago: completed, not copied.
      return Object.assign(message, { user });
    case 'holdBest':
      return {
        ...message,
        tier: message.tier ?? undefined,
        split: message.split ?? undefined,
        user,
      };
    default:
      return undefined;
  }
}
