/** The log thread's port: grouping of shards' appends, faults that cross it, and its loss. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epoch, lsn, partitionId } from '../../engine/ids.ts';
import type { Frame } from '../../engine/shard/log-store.ts';
import { packFrames, unpackFrames } from '../../persistence/frame-pack.ts';
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';
import type { SqliteLog } from '../../persistence/sqlite/sqlite-log.ts';
import { connectLog, type LogClient } from '../../persistence/thread/log-client.ts';
import { type LogServer, serveLog } from '../../persistence/thread/log-server.ts';
import { chain, faultOf, P3, P7 } from '../contract/log-store-contract.ts';
import { SqlitePlace } from './sqlite-place.ts';

let place: SqlitePlace;
let log: SqliteLog;
let server: LogServer;
let ports: MessagePort[];

beforeEach(() => {
  place = new SqlitePlace();
  log = openSqliteLog({ file: place.file });
  server = serveLog(log);
  ports = [];
});

afterEach(() => {
  server.close();
  place.remove();
});

function connect(): LogClient {
  const { port1, port2 } = new MessageChannel();
  server.attach(port1);
  ports.push(port1);
  return connectLog(port2);
}

async function opened(client: LogClient, partition: Frame['partition']) {
  const [one] = await client.open([partition]);
  if (one === undefined) throw new Error('not opened');
  return one;
}

describe('the log thread', () => {
  it('takes the appends of many shards into one transaction', async () => {
    const clients = [0, 1, 2, 3].map((number) => ({
      partition: partitionId(number),
      client: connect(),
    }));
    const groups: number[] = [];
    const appendGroup = log.appendGroup.bind(log);
    log.appendGroup = (batches) => {
      groups.push(batches.length);
      return appendGroup(batches);
    };
    const appends = await Promise.all(
      clients.map(async ({ partition, client }) => {
        const one = await opened(client, partition);
        return { client, frames: chain(partition, one.epoch, 2, one) };
      }),
    );
    const outcomes = await Promise.all(
      appends.flatMap(({ client, frames }) => frames.map((frame) => client.append([frame]))),
    );
    expect(outcomes).toEqual(outcomes.map(() => ({ type: 'durable' })));
    expect(groups).toEqual([8]);
  });

  it('fences one shard by another', async () => {
    const [first, second] = [connect(), connect()];
    const one = await opened(first, P3);
    const two = await opened(second, P3);
    expect(await first.append(chain(P3, one.epoch, 1, one))).toMatchObject({ type: 'fenced' });
    expect(await second.append(chain(P3, two.epoch, 1, two))).toEqual({ type: 'durable' });
  });

  it('does what one port asks in the order of asking', async () => {
    const client = connect();
    const one = await opened(client, P3);
    const frames = chain(P3, one.epoch, 2, one);
    const [, seen, , late] = await Promise.all([
      client.append(frames.slice(0, 1)),
      client.read(P3, lsn(1), 10),
      client.open([P3]),
      client.append(frames.slice(1)),
    ]);
    expect(seen).toEqual(frames.slice(0, 1));
    expect(late).toMatchObject({ type: 'fenced' });
  });

  it('carries settings, and faults with their codes', async () => {
    const client = connect();
    await client.setMeta('key', Uint8Array.of(1, 2, 3));
    expect(await client.getMeta('key')).toEqual(Uint8Array.of(1, 2, 3));
    expect(await client.getMeta('other')).toBeUndefined();
    const one = await opened(client, P3);
    await client.append(chain(P3, one.epoch, 3, one));
    log.settleSync();
    place.flipBodyBit(P3, 2);
    await expect(client.read(P3, lsn(1), 10)).rejects.toEqual(faultOf('log_damaged', /LSN 2:/));
  });

  it('[D1] leaves an append unknown where the thread is lost, and fails the rest', async () => {
    const client = connect();
    const one = await opened(client, P3);
    const append = client.append(chain(P3, one.epoch, 1, one));
    const read = client.read(P3, lsn(1), 10);
    for (const port of ports) port.close();
    expect(await append).toMatchObject({ type: 'unknown' });
    await expect(read).rejects.toEqual(faultOf('log_io', /log thread is gone/));
    await expect(client.open([P3])).rejects.toEqual(faultOf('log_io', /log thread is gone/));
  });

  it('answers what has arrived before it closes', async () => {
    const client = connect();
    const one = await opened(client, P3);
    const frames = chain(P3, one.epoch, 1, one);
    const append = client.append(frames);
    server.close();
    expect(await append).toEqual({ type: 'durable' });
    server = serveLog(openSqliteLog({ file: place.file }));
    expect(await connect().read(P3, lsn(1), 10)).toEqual(frames);
  });

  it('serves others on when one shard has gone', async () => {
    const [first, second] = [connect(), connect()];
    await first.close();
    const one = await opened(second, P7);
    expect(await second.append(chain(P7, one.epoch, 1, one))).toEqual({ type: 'durable' });
  });
});

describe('packed frames', () => {
  it('come back as they were, whatever their length', () => {
    const sizes = [0, 1, 7, 8, 9, 1000];
    const frames = sizes.flatMap((size) => chain(P3, epoch(2 ** 40), 1, undefined, size));
    expect(unpackFrames(packFrames(frames))).toEqual(frames);
    expect(unpackFrames(packFrames([]))).toEqual([]);
  });
});
