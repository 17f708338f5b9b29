/**
 * Who is connected, as a shard knows it: each connection's user, and each user's connections on
 * whichever gateway, so that news reach every tab [W9].
 */
import type { UserId } from '../../engine/ids.ts';

/** A client's connection, or the house itself where `gateway` is −1. */
export interface Connection {
  readonly gateway: number;
  readonly ref: number;
  readonly user: UserId;
  /** All connections of its user, itself included. */
  readonly ofUser: readonly Connection[];
}

export class ShardConnections {
  /** Index: gateway. */
  readonly #byRef: Map<number, Connection>[] = [];
  readonly #byUser = new Map<UserId, Connection[]>();

  get(gateway: number, ref: number): Connection | undefined {
    return this.#byRef[gateway]?.get(ref);
  }

  of(user: UserId): readonly Connection[] {
    return this.#byUser.get(user) ?? [];
  }

  attach(gateway: number, ref: number, user: UserId): void {
    this.detach(gateway, ref);
    let ofUser = this.#byUser.get(user);
    if (ofUser === undefined) {
      ofUser = [];
      this.#byUser.set(user, ofUser);
    }
    const connection = { gateway, ref, user, ofUser };
    ofUser.push(connection);
    let refs = this.#byRef[gateway];
    if (refs === undefined) {
      refs = new Map();
      this.#byRef[gateway] = refs;
    }
    refs.set(ref, connection);
  }

  detach(gateway: number, ref: number): void {
    const connection = this.#byRef[gateway]?.get(ref);
    if (connection === undefined) return;
    this.#byRef[gateway]?.delete(ref);
    const ofUser = this.#byUser.get(connection.user);
    if (ofUser === undefined) return;
    ofUser.splice(ofUser.indexOf(connection), 1);
    if (ofUser.length === 0) this.#byUser.delete(connection.user);
  }

  /** All that this gateway had is gone with it. */
  forget(gateway: number): void {
    for (const ref of [...(this.#byRef[gateway]?.keys() ?? [])]) this.detach(gateway, ref);
  }
}
