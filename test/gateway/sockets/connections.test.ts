/** Proves that an answer which comes too late never reaches whoever has the slot by then. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Connection, Connections, type Socket } from '../../../gateway/sockets/connections.ts';

/** The registry only carries sockets; it never uses them. */
const socket = {} as Socket;
const open = (connections: Connections) => connections.open(socket, false, 100);
const SLOTS = 2 ** 20;

describe('connections', () => {
  it('are found by their reference until they close', () => {
    const connections = new Connections();
    const [one, other] = [open(connections), open(connections)];
    expect(connections.get(one.ref)).toBe(one);
    expect(connections.get(other.ref)).toBe(other);
    expect([...connections.all()]).toEqual([one, other]);
    connections.close(one);
    expect(connections.get(one.ref)).toBeUndefined();
    expect([...connections.all()]).toEqual([other]);
    expect(connections.count).toBe(1);
  });

  it('take over a slot with another reference', () => {
    const connections = new Connections();
    const first = open(connections);
    connections.close(first);
    const second = open(connections);
    expect(second.ref % SLOTS).toBe(first.ref % SLOTS);
    expect(second.ref).not.toBe(first.ref);
    expect(connections.get(first.ref)).toBeUndefined();
    expect(connections.get(second.ref)).toBe(second);
  });

  it('are closed once, however often that is said', () => {
    const connections = new Connections();
    const first = open(connections);
    connections.close(first);
    const second = open(connections);
    connections.close(first);
    expect([connections.get(second.ref), connections.count]).toEqual([second, 1]);
    connections.close(second);
    connections.close(second);
    expect(connections.count).toBe(0);
  });

  it('have references that fit 32 bits, over all generations of a slot', () => {
    const connections = new Connections();
    const seen = new Set<number>();
    for (let generation = 0; generation < 4_096; generation++) {
      const connection = open(connections);
      expect(connection.ref).toBe(connection.ref >>> 0);
      expect(connections.get(connection.ref)).toBe(connection);
      seen.add(connection.ref);
      connections.close(connection);
    }
    expect(seen.size).toBe(4_096);
    expect(seen.has(open(connections).ref)).toBe(true);
  });

  it('reuse the slot that has been free longest', () => {
    const connections = new Connections();
    const all = Array.from({ length: 5 }, () => open(connections));
    for (const index of [3, 0, 4]) connections.close(all[index] as Connection);
    const slots = [0, 1, 2].map(() => open(connections).ref % SLOTS);
    expect(slots).toEqual([3, 0, 4]);
    expect(open(connections).ref % SLOTS).toBe(5);
  });

  it('agree with a plain list, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { maxLength: 400 }), (steps) => {
        const connections = new Connections();
        const alive = new Map<number, Connection>();
        const gone: number[] = [];
        for (const step of steps) {
          const refs = [...alive.keys()];
          const ref = step % 3 === 0 ? undefined : refs[step % Math.max(1, refs.length)];
          const connection = ref === undefined ? undefined : alive.get(ref);
          if (ref === undefined || connection === undefined) {
            const opened = open(connections);
            expect(alive.has(opened.ref)).toBe(false);
            alive.set(opened.ref, opened);
          } else {
            connections.close(connection);
            alive.delete(ref);
            gone.push(ref);
          }
        }
        expect(connections.count).toBe(alive.size);
        expect(new Set(connections.all())).toEqual(new Set(alive.values()));
        for (const [ref, connection] of alive) expect(connections.get(ref)).toBe(connection);
        for (const ref of gone) if (!alive.has(ref)) expect(connections.get(ref)).toBeUndefined();
      }),
    );
  });

  it('reuse slots after thousands have come and gone', () => {
    const connections = new Connections();
    for (let round = 0; round < 5; round++) {
      const all = Array.from({ length: 2_000 }, () => open(connections));
      for (const connection of all) connections.close(connection);
    }
    const last = open(connections);
    expect(last.ref % SLOTS).toBeLessThan(2_000);
  });
});
