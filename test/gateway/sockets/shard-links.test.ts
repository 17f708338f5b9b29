/** Proves that frames reach the shard of their show, in order, together, and never a dead one. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { limits } from '../../../engine/limits.ts';
import { partitionOf, partitionOfBytes } from '../../../engine/shard/route.ts';
import { ShardLinks, shardOf } from '../../../gateway/router/shard-links.ts';
import { readBatch } from '../../../gateway/workers/batch.ts';

const ports: MessagePort[] = [];

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** The shard's end of a link: every entry that arrived, by batch. */
class Shard {
  readonly batches: string[][] = [];
  readonly ours: MessagePort;
  readonly theirs: MessagePort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.ours = port1;
    this.theirs = port2;
    ports.push(port1, port2);
    port2.on('message', (batch: Uint8Array) => {
      const entries: string[] = [];
      readBatch(batch, (kind, connection, bytes, from, until) => {
        entries.push(`${kind} ${connection} ${Buffer.from(bytes.subarray(from, until))}`);
      });
      this.batches.push(entries);
    });
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);
const settled = () => new Promise((later) => setTimeout(later, 20));

describe('routing', () => {
  it('gives every partition one shard, and every shard its share', () => {
    for (const shards of [1, 2, 3, 7, 64]) {
      const counts = new Array<number>(shards).fill(0);
      for (let partition = 0; partition < limits.partitions; partition++) {
        const shard = shardOf(partition, shards);
        expect(shard).toBeGreaterThanOrEqual(0);
        counts[shard] = (counts[shard] ?? 0) + 1;
      }
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  it('is the same for a show as text and as bytes, wherever they stand', () => {
    for (const show of ['a', '161xy0', 'x'.repeat(24), '0-0', 'zz-9']) {
      const frame = bytes(`..${show}..`);
      expect(partitionOfBytes(frame, 2, 2 + show.length)).toBe(partitionOf(show));
    }
  });
});

describe('links', () => {
  it('send what came in one turn as one batch, in order', async () => {
    const [one, other] = [new Shard(), new Shard()];
    const links = new ShardLinks(2, () => undefined);
    links.up(0, one.ours);
    links.up(1, other.ours);
    expect([links.count, links.allUp]).toEqual([2, true]);
    expect(links.send(0, 1, 10, bytes('a'))).toBe(true);
    expect(links.send(1, 1, 11, bytes('b'))).toBe(true);
    expect(links.send(0, 1, 10, bytes('c'))).toBe(true);
    links.sendAll(3, 12, bytes(''));
    await settled();
    expect(links.send(0, 1, 10, bytes('d'))).toBe(true);
    await settled();
    expect(one.batches).toEqual([['1 10 a', '1 10 c', '3 12 '], ['1 10 d']]);
    expect(other.batches).toEqual([['1 11 b', '3 12 ']]);
  });

  it('copy the bytes at once: the socket only lends them', async () => {
    const shard = new Shard();
    const links = new ShardLinks(1, () => undefined);
    links.up(0, shard.ours);
    const lent = bytes('lent');
    links.send(0, 1, 1, lent);
    lent.fill(0);
    await settled();
    expect(shard.batches).toEqual([['1 1 lent']]);
  });

  it('pass on what a shard says, with whose word it is', async () => {
    const heard: string[] = [];
    const [one, other] = [new Shard(), new Shard()];
    const links = new ShardLinks(2, (shard, batch) => heard.push(`${shard} ${batch.length}`));
    links.up(0, one.ours);
    links.up(1, other.ours);
    other.theirs.postMessage(new Uint8Array(5));
    one.theirs.postMessage(new Uint8Array(3));
    await settled();
    expect(heard.sort()).toEqual(['0 3', '1 5']);
  });

  it('refuse what is for a shard that is down, and forget what had not left', async () => {
    const shard = new Shard();
    const links = new ShardLinks(1, () => undefined);
    expect([links.allUp, links.send(0, 1, 1, bytes('early'))]).toEqual([false, false]);
    links.up(0, shard.ours);
    links.send(0, 1, 1, bytes('lost'));
    links.down(0);
    expect([links.allUp, links.send(0, 1, 1, bytes('down'))]).toEqual([false, false]);
    const next = new Shard();
    links.up(0, next.ours);
    links.send(0, 1, 1, bytes('again'));
    await settled();
    expect([shard.batches, next.batches]).toEqual([[], [['1 1 again']]]);
    links.close();
    expect(links.send(0, 1, 1, bytes('closed'))).toBe(false);
    expect(links.send(5, 1, 1, bytes('nowhere'))).toBe(false);
  });
});
