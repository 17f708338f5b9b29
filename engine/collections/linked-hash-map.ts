/**
 * An insertion-ordered map whose head is always one step away [H4]. A plain JavaScript Map keeps
 * its order too, but deleted heads stay in it as tombstones until it rehashes, so reading the
 * first entry of a long-lived queue walks past all of them. Here the order is a doubly linked
 * list; the Map inside only looks nodes up and its own order is never used.
 *
 *   head ⇄ node ⇄ node ⇄ tail
 *            ▲
 *   Map: key ┘
 */
import { invariant } from '../unreachable.ts';

class Node<K, V> {
  readonly key: K;
  value: V;
  previous: Node<K, V> | undefined;
  /** The node itself where it has been deleted; see `isDeleted`. */
  next: Node<K, V> | undefined = undefined;

  constructor(key: K, value: V, previous: Node<K, V> | undefined) {
    this.key = key;
    this.value = value;
    this.previous = previous;
  }
}

/**
 * A deleted node points to itself. It keeps no other node alive, so that old garbage never drags
 * young entries into the old generation, and an iterator that stands on it can tell.
 */
function isDeleted<K, V>(node: Node<K, V>): boolean {
  return node.next === node;
}

/** Every operation but iteration and `clear` takes constant time. */
export class LinkedHashMap<K, V> {
  /** Made with the first entry: most maps of an idle show never get one. */
  #nodes: Map<K, Node<K, V>> | undefined;
  #head: Node<K, V> | undefined;
  #tail: Node<K, V> | undefined;
  /** The node found last: one command looks the same user or hold up several times. */
  #found: Node<K, V> | undefined;

  get size(): number {
    return this.#nodes?.size ?? 0;
  }

  get(key: K): V | undefined {
    return this.#find(key)?.value;
  }

  has(key: K): boolean {
    return this.#find(key) !== undefined;
  }

  /** Appends a new key at the tail; a known key keeps its place and gets the new value. */
  set(key: K, value: V): void {
    this.#nodes ??= new Map();
    const known = this.#find(key);
    if (known !== undefined) {
      known.value = value;
      return;
    }
    const node = new Node(key, value, this.#tail);
    if (this.#tail === undefined) this.#head = node;
    else this.#tail.next = node;
    this.#tail = node;
    this.#found = node;
    this.#nodes.set(key, node);
  }

  /**
   * Puts a new key before the entries at the tail of which `isLater` holds: in constant time
   * where there is none. The key must not be known.
   */
  insert(key: K, value: V, isLater: (other: V) => boolean): void {
    let later = this.#tail;
    if (later === undefined || !isLater(later.value)) return this.set(key, value);
    invariant(!this.has(key), 'only a new key is inserted');
    while (later.previous !== undefined && isLater(later.previous.value)) later = later.previous;
    const node = new Node(key, value, later.previous);
    node.next = later;
    if (later.previous === undefined) this.#head = node;
    else later.previous.next = node;
    later.previous = node;
    this.#nodes?.set(key, node);
    this.#found = node;
  }

  /** Takes an entry out; false where there was none. */
  delete(key: K): boolean {
    const node = this.#find(key);
    if (node === undefined) return false;
    this.#nodes?.delete(key);
    this.#found = undefined;
    this.#unlink(node);
    node.previous = undefined;
    node.next = node;
    return true;
  }

  /** Value of the oldest entry. */
  first(): V | undefined {
    return this.#head?.value;
  }

  /** Key of the oldest entry. */
  firstKey(): K | undefined {
    return this.#head?.key;
  }

  /** Value of the entry that follows `key`; undefined at the tail and for an unknown key. */
  after(key: K): V | undefined {
    return this.#find(key)?.next?.value;
  }

  clear(): void {
    let node = this.#head;
    while (node !== undefined) {
      const { next } = node;
      node.previous = undefined;
      node.next = node;
      node = next;
    }
    this.#nodes = undefined;
    this.#found = undefined;
    this.#head = undefined;
    this.#tail = undefined;
  }

  *values(): IterableIterator<V> {
    for (const node of this.#walk()) yield node.value;
  }

  *keys(): IterableIterator<K> {
    for (const node of this.#walk()) yield node.key;
  }

  *entries(): IterableIterator<[K, V]> {
    for (const node of this.#walk()) yield [node.key, node.value];
  }

  #find(key: K): Node<K, V> | undefined {
    if (this.#found?.key === key) return this.#found;
    const node = this.#nodes?.get(key);
    if (node !== undefined) this.#found = node;
    return node;
  }

  #unlink(node: Node<K, V>): void {
    const { previous, next } = node;
    if (previous === undefined) this.#head = next;
    else previous.next = next;
    if (next === undefined) this.#tail = previous;
    else next.previous = previous;
  }

  /**
   * Oldest first, entries appended on the way included. The entry just yielded may be deleted;
   * deleting it together with the one after it is a bug, and stops here rather than end early.
   */
  *#walk(): IterableIterator<Node<K, V>> {
    let node = this.#head;
    while (node !== undefined) {
      const { next } = node;
      yield node;
      if (!isDeleted(node)) {
        node = node.next;
        continue;
      }
      invariant(next === undefined || !isDeleted(next), 'only the entry just yielded is deleted');
      node = next;
    }
  }
}
