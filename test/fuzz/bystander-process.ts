/**
 * Good clients in a process of their own, so that what they wait for is the server and not the
 * attackers' own work.
 *
 *   parent ─▶ {url, show, count} ─▶ ready      'take' ─▶ waits since the last      'stop' ─▶ ended
 */
import type { ShowId } from '../../engine/ids.ts';
import { Bystanders } from './bystanders.ts';

export interface StartBystanders {
  readonly url: string;
  readonly show: ShowId;
  readonly count: number;
}

export type ToBystanders = StartBystanders | 'take' | 'stop';

let bystanders: Bystanders | undefined;

async function obey(message: ToBystanders): Promise<unknown> {
  if (message === 'take') return bystanders?.take();
  if (message === 'stop') {
    await bystanders?.stop();
    return 'ended';
  }
  bystanders = await Bystanders.start(message.url, message.show, message.count);
  return 'ready';
}

process.on('message', (message: ToBystanders) => {
  obey(message).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
