/**
 * What a shard and the log's thread say to each other over their port. Each request has one
 * answer with its `id`; a port's requests are done in the order in which they were sent.
 */
import type { Lsn, PartitionId } from '../../engine/ids.ts';
import type {
  AppendOutcome,
  LogFaultCode,
  OpenedPartition,
  Snapshot,
} from '../../engine/shard/log-store.ts';

export type LogRequest = { readonly id: number } & (
  | { readonly type: 'open'; readonly partitions: readonly PartitionId[] }
  /** `frames` is packed by `frame-pack.ts`. */
  | { readonly type: 'append'; readonly frames: ArrayBuffer }
  | {
      readonly type: 'read';
      readonly partition: PartitionId;
      readonly from: Lsn;
      readonly limit: number;
    }
  | { readonly type: 'saveSnapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'loadSnapshot'; readonly partition: PartitionId; readonly skip: number }
  | { readonly type: 'truncate'; readonly partition: PartitionId; readonly before: Lsn }
  | { readonly type: 'getMeta'; readonly key: string }
  | { readonly type: 'setMeta'; readonly key: string; readonly value: Uint8Array }
);

/** A request before the client has numbered it. */
export type LogCall = LogRequest extends infer Request
  ? Request extends LogRequest
    ? Omit<Request, 'id'>
    : never
  : never;

export type LogAnswer =
  | { readonly type: 'opened'; readonly partitions: readonly OpenedPartition[] }
  | { readonly type: 'outcome'; readonly outcome: AppendOutcome }
  /** `frames` is packed by `frame-pack.ts`. */
  | { readonly type: 'frames'; readonly frames: ArrayBuffer }
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot | undefined }
  | { readonly type: 'meta'; readonly value: Uint8Array | undefined }
  | { readonly type: 'done' }
  | { readonly type: 'fault'; readonly code: LogFaultCode; readonly message: string };

export type NumberedAnswer = { readonly id: number; readonly answer: LogAnswer };
