/** What the house is told of its request: plain values, so that they can cross threads. */
import type { Output } from '../../engine/shard/outputs.ts';
import type { Connection } from './shard-connections.ts';
import type { AnswerToHouse } from './shard-protocol.ts';

export function answerToHouse(
  output: Extract<Output<Connection>, { to: Connection }>,
): AnswerToHouse['answer'] {
  switch (output.type) {
    case 'accepted': {
      const { seq, event, frame } = output.made;
      return { type: 'accepted', seq, timeMs: frame.timeMs, lsn: frame.lsn, event };
    }
    case 'rejected':
      return output.rejection;
    case 'viewed':
      return output.view;
    case 'failed':
      return { type: 'failed', reason: output.reason };
    default:
      throw new Error(`${output.type} answers nothing that the house asks`);
  }
}
