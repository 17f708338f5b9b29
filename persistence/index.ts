/** The public entry point `usher/persistence`: logs for an engine, and who audits them. */
export type {
  AppendOutcome,
  Frame,
  Hasher,
  LogFaultCode,
  LogStore,
  OpenedPartition,
  Snapshot,
} from '../engine/shard/log-store.ts';
export { GENESIS_HASH, LogFault } from '../engine/shard/log-store.ts';
export type { AuditorOptions, LogRow, Onlooker } from './audit/auditor.ts';
export { Auditor } from './audit/auditor.ts';
export type { Finding } from './audit/finding.ts';
export { LogFile, UnusableFile } from './audit/log-file.ts';
export type { SeenReply } from './audit/seen.ts';
export type { Codec } from './codec.ts';
export { codec } from './codec.ts';
export { sha256 } from './hasher.ts';
export type { MemoryDisk, MemoryPartition } from './memory/memory-log.ts';
export { openMemoryLog } from './memory/memory-log.ts';
export { nodeHost } from './node-host.ts';
export type { SqliteLogOptions } from './sqlite/open-sqlite-log.ts';
export { openSqliteLog } from './sqlite/open-sqlite-log.ts';
export type { SqliteLog } from './sqlite/sqlite-log.ts';
export type { SyncLog } from './sync-log.ts';
export type { LogClient } from './thread/log-client.ts';
export { connectLog } from './thread/log-client.ts';
export type { LogServer } from './thread/log-server.ts';
export { serveLog } from './thread/log-server.ts';
