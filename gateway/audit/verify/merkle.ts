import { hash } from 'node:crypto';

/** The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1 is the same tree). Sizes may go beyond 32 bits: no bit operators. */

export const HASH_BYTES = 32;
/** The root of the tree without a leaf. */
export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer');

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

export function leafHash(data: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([LEAF, data]), 'buffer');
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([NODE, left, right]), 'buffer');
}

/** The root over hashes of leaves, or over hashes of complete subtrees of one size. */
export function rootOf(leafHashes: readonly Uint8Array[]): Buffer {
  const tree = Frontier.empty();
  for (const one of leafHashes) tree.add(one);
  return tree.root();
}

/** A complete subtree: the 2^level leaves from index · 2^level on. Level 0 is a leaf. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** The complete subtrees that leaves `from` until before `until` fall into, largest first. `from` is a multiple of the first's size. */
export function subtreesOf(from: number, until: number): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = from; at < until; ) {
    const level = levelUnder(until - at);
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

/** One hash from those of `subtreesOf`. */
export function joined(hashes: readonly Uint8Array[]): Buffer {
  const last = hashes.at(-1);
  if (!last) return EMPTY_ROOT;
  return hashes.slice(0, -1).reduceRight<Buffer>((right, left) => nodeHash(left, right), Buffer.from(last));
}

/** The largest level whose subtrees have at most so many leaves. A logarithm alone is one too much just below a large power of two. */
function levelUnder(leaves: number): number {
  const level = Math.floor(Math.log2(leaves));
  return 2 ** level > leaves ? level - 1 : level;
}

/** The largest power of two smaller than a size: where RFC 6962 splits a tree. */
function splitOf(size: number): number {
  return 2 ** levelUnder(size - 1);
}

/**
 * What the hashes of an inclusion proof are made of, from the leaf to the root: for each the complete subtrees whose hashes, `joined`,
 * are it. PATH(m, D[n]) of RFC 6962 section 2.1.1.
 */
export function inclusionPath(index: number, size: number): Subtree[][] {
  if (!(index >= 0 && index < size)) throw new RangeError(`a tree of ${size} has no leaf ${index}`);
  const path: Subtree[][] = [];
  let [from, until] = [0, size];
  while (until - from > 1) {
    const middle = from + splitOf(until - from);
    if (index < middle) {
      path.push(subtreesOf(middle, until));
      until = middle;
    } else {
      path.push(subtreesOf(from, middle));
      from = middle;
    }
  }
  return path.reverse();
}

/** The same for a consistency proof. PROOF(m, D[n]) of RFC 6962 section 2.1.2. */
export function consistencyPath(from: number, to: number): Subtree[][] {
  if (!(from >= 0 && from <= to)) throw new RangeError(`a tree of ${to} was never one of ${from}`);
  if (from === 0 || from === to) return [];
  const path: Subtree[][] = [];
  let [first, until] = [0, to];
  while (from !== until) {
    const middle = first + splitOf(until - first);
    if (from <= middle) {
      path.push(subtreesOf(middle, until));
      until = middle;
    } else {
      path.push(subtreesOf(first, middle));
      first = middle;
    }
  }
  // Where the old tree is itself the subtree arrived at, whoever checks has its hash.
  if (first > 0) path.push(subtreesOf(first, until));
  return path.reverse();
}

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Whether a leaf is in a tree: RFC 9162 section 2.1.3.2. */
export function verifyInclusion({ index, size, leafHash, proof, root }: Inclusion): boolean {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return false;
  let [at, last] = [index, size - 1];
  let reached: Buffer = Buffer.from(leafHash);
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== HASH_BYTES) return false;
    if (at % 2 === 1 || at === last) {
      reached = nodeHash(sibling, reached);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)];
    } else {
      reached = nodeHash(reached, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && reached.equals(root);
}

export interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Whether a tree only grew since it was smaller: RFC 9162 section 2.1.4.2. */
export function verifyConsistency({ from, to, fromRoot, toRoot, proof }: Consistency): boolean {
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to)) return false;
  if (from === to) return proof.length === 0 && Buffer.from(fromRoot).equals(toRoot);
  if (from === 0) return proof.length === 0 && EMPTY_ROOT.equals(fromRoot);
  let [at, last] = [from - 1, to - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  const hashes = at === 0 ? [fromRoot, ...proof] : proof;
  if (hashes.length === 0 || hashes.some((one) => one.length !== HASH_BYTES)) return false;
  let [old, now]: [Buffer, Buffer] = [Buffer.from(hashes[0]!), Buffer.from(hashes[0]!)];
  for (const sibling of hashes.slice(1)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      old = nodeHash(sibling, old);
      now = nodeHash(sibling, now);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)];
    } else {
      now = nodeHash(now, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && old.equals(fromRoot) && now.equals(toRoot);
}

function half(value: number): number {
  return Math.floor(value / 2);
}

/** The right edge of a tree, which grows leaf by leaf: the hashes of `subtreesOf(0, size)`, and nothing else of it. */
export class Frontier {
  private constructor(
    private leaves: number,
    private readonly edge: Uint8Array[],
  ) {}

  static empty(): Frontier {
    return new Frontier(0, []);
  }

  /** `hashes`: as `hashes` gave them at that size. */
  static of(size: number, hashes: readonly Uint8Array[]): Frontier {
    if (hashes.length !== subtreesOf(0, size).length) throw new RangeError(`a tree of ${size} has another right edge`);
    return new Frontier(size, [...hashes]);
  }

  /** Adds a leaf; or, where the size is a multiple of 2^level, the complete subtree of that level whose hash it is. */
  add(hash: Uint8Array, level = 0): void {
    if (this.leaves % 2 ** level !== 0)
      throw new RangeError(`a tree of ${this.leaves} cannot go on with a subtree of level ${level}`);
    let grown: Uint8Array = hash;
    for (let size = this.leaves / 2 ** level; size % 2 === 1; size = half(size))
      grown = nodeHash(this.edge.pop()!, grown);
    this.edge.push(grown);
    this.leaves += 2 ** level;
  }

  get size(): number {
    return this.leaves;
  }

  get hashes(): readonly Uint8Array[] {
    return [...this.edge];
  }

  root(): Buffer {
    return joined(this.edge);
  }
}
