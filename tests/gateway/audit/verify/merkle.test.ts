import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  consistencyPath,
  EMPTY_ROOT,
  Frontier,
  inclusionPath,
  joined,
  leafHash,
  nodeHash,
  rootOf,
  type Subtree,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from '../../../../gateway/audit/verify/merkle.js';

const sha256 = (...parts: Uint8Array[]) => parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest();
const hex = (hashes: Uint8Array[]) => Buffer.concat(hashes).toString('hex');
const ZERO = Buffer.from([0]);
const ONE = Buffer.from([1]);

const SIZE_MAX = 70;
const leaves = Array.from({ length: SIZE_MAX }, (_, i) => Buffer.from(`leaf ${i}`));
const known = new Map<string, Buffer>();

/** MTH(D[from:until]) as RFC 6962 section 2.1 defines it, word for word and by nothing of the code that is tested. */
function mth(from: number, until: number): Buffer {
  const name = `${from} ${until}`;
  const k = kOf(until - from);
  let root = known.get(name);
  if (root) return root;
  if (until === from) root = sha256();
  else if (until - from === 1) root = sha256(ZERO, leaves[from]!);
  else root = sha256(ONE, mth(from, from + k), mth(from + k, until));
  known.set(name, root);
  return root;
}

/** The largest power of two smaller than n. */
function kOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** PATH(m, D[from:until]) of section 2.1.1; m counts from the beginning of the whole tree. */
function path(m: number, from: number, until: number): Buffer[] {
  if (until - from === 1) return [];
  const middle = from + kOf(until - from);
  return m < middle ? [...path(m, from, middle), mth(middle, until)] : [...path(m, middle, until), mth(from, middle)];
}

/** SUBPROOF(m, D[from:until], b) of section 2.1.2; b is true as long as the subtree begins where the tree does. */
function subproof(m: number, from: number, until: number): Buffer[] {
  if (m === until) return from === 0 ? [] : [mth(from, until)];
  const middle = from + kOf(until - from);
  return m <= middle
    ? [...subproof(m, from, middle), mth(middle, until)]
    : [...subproof(m, middle, until), mth(from, middle)];
}

const hashes = leaves.map(leafHash);
const roots = Array.from({ length: SIZE_MAX + 1 }, (_, size) => mth(0, size));
/** The hash of a complete subtree, from the definition. */
const hashOfSubtree = ({ level, index }: Subtree) => mth(index * 2 ** level, (index + 1) * 2 ** level);
const fromPath = (subtrees: Subtree[][]) => subtrees.map((parts) => joined(parts.map(hashOfSubtree)));

/** The inputs and the roots that the reference implementations of RFC 6962 publish, for the trees of 1 to 8 of these leaves. */
const PUBLISHED = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
] as const;

describe('known answers', () => {
  test('the roots that reference implementations publish', () => {
    const published = PUBLISHED.map(([leaf]) => leafHash(Buffer.from(leaf, 'hex')));
    expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    PUBLISHED.forEach(([, root], index) => {
      expect(rootOf(published.slice(0, index + 1)).toString('hex')).toBe(root);
    });
  });

  test('every size to 70, by the definition of RFC 6962', () => {
    for (let size = 0; size <= SIZE_MAX; size += 1) expect(rootOf(hashes.slice(0, size))).toEqual(roots[size]);
    expect(nodeHash(hashes[0]!, hashes[1]!)).toEqual(roots[2]);
  });

  test('every inclusion proof in trees of every size to 70 is the one of the definition, and is believed', () => {
    for (let size = 1; size <= SIZE_MAX; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const proof = fromPath(inclusionPath(index, size));
        expect(hex(proof)).toBe(hex(path(index, 0, size)));
        expect(verifyInclusion({ index, size, leafHash: hashes[index]!, proof, root: roots[size]! })).toBe(true);
      }
    }
  });

  test('every consistency proof between trees of every size to 70 is the one of the definition, and is believed', () => {
    for (let to = 0; to <= SIZE_MAX; to += 1) {
      for (let from = 0; from <= to; from += 1) {
        const proof = fromPath(consistencyPath(from, to));
        if (from > 0) expect(hex(proof)).toBe(hex(subproof(from, 0, to)));
        expect(verifyConsistency({ from, to, fromRoot: roots[from]!, toRoot: roots[to]!, proof })).toBe(true);
      }
    }
  });
});

describe('what is not so is not believed', () => {
  const sizes = fc.integer({ min: 1, max: SIZE_MAX });
  const flipped = (bytes: Uint8Array, bit: number) => {
    const copy = Buffer.from(bytes);
    copy[Math.floor(bit / 8) % copy.length]! ^= 1 << (bit % 8);
    return copy;
  };

  test('an inclusion proof with a bit turned in any part, or a hash more or less, or of another leaf or size', () => {
    fc.assert(
      fc.property(fc.tuple(sizes, fc.nat(), fc.nat(255), fc.nat()), ([size, at, bit, which]) => {
        const index = at % size;
        const proof = path(index, 0, size);
        const asked = { index, size, leafHash: hashes[index]!, proof, root: roots[size]! };
        expect(verifyInclusion({ ...asked, leafHash: flipped(hashes[index]!, bit) })).toBe(false);
        expect(verifyInclusion({ ...asked, root: flipped(roots[size]!, bit) })).toBe(false);
        expect(verifyInclusion({ ...asked, proof: [...proof, roots[size]!] })).toBe(false);
        expect(verifyInclusion({ ...asked, index: size })).toBe(false);
        expect(verifyInclusion({ ...asked, index: -1 })).toBe(false);
        expect(verifyInclusion({ ...asked, index: 0.5 })).toBe(false);
        if (proof.length === 0) return;
        const turned = which % proof.length;
        expect(verifyInclusion({ ...asked, proof: proof.with(turned, flipped(proof[turned]!, bit)) })).toBe(false);
        expect(verifyInclusion({ ...asked, proof: proof.with(turned, Buffer.alloc(31)) })).toBe(false);
        expect(verifyInclusion({ ...asked, proof: proof.toSpliced(turned, 1) })).toBe(false);
        expect(verifyInclusion({ ...asked, index: (index + 1) % size })).toBe(false);
      }),
    );
  });

  test('a consistency proof with a bit turned in any part, or a hash more or less, or between other sizes', () => {
    fc.assert(
      fc.property(fc.tuple(sizes, fc.nat(), fc.nat(255), fc.nat()), ([to, at, bit, which]) => {
        const from = 1 + (at % to);
        const proof = subproof(from, 0, to);
        const asked = { from, to, fromRoot: roots[from]!, toRoot: roots[to]!, proof };
        expect(verifyConsistency({ ...asked, fromRoot: flipped(roots[from]!, bit) })).toBe(false);
        expect(verifyConsistency({ ...asked, toRoot: flipped(roots[to]!, bit) })).toBe(false);
        expect(verifyConsistency({ ...asked, proof: [...proof, roots[to]!] })).toBe(false);
        expect(verifyConsistency({ ...asked, from: to + 1 })).toBe(false);
        expect(verifyConsistency({ ...asked, from: from - 1 })).toBe(false);
        expect(verifyConsistency({ ...asked, from: Number.NaN })).toBe(false);
        if (proof.length === 0) return;
        const turned = which % proof.length;
        expect(verifyConsistency({ ...asked, proof: proof.with(turned, flipped(proof[turned]!, bit)) })).toBe(false);
        expect(verifyConsistency({ ...asked, proof: proof.with(turned, Buffer.alloc(33)) })).toBe(false);
        expect(verifyConsistency({ ...asked, proof: proof.toSpliced(turned, 1) })).toBe(false);
      }),
    );
  });

  test('a leaf that is changed, left out, moved or put in gives another root', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: SIZE_MAX }), fc.nat(), (size, at) => {
        const [index, tree] = [at % size, hashes.slice(0, size)];
        const other = (index + 1) % size;
        const changed = [
          tree.with(index, leafHash(Buffer.from('another'))),
          tree.toSpliced(index, 1),
          tree.toSpliced(index, 0, tree[index]!),
          tree.with(index, tree[other]!).with(other, tree[index]!),
        ];
        for (const one of changed) expect(rootOf(one)).not.toEqual(roots[size]);
      }),
    );
  });

  test('a node is no leaf: two hashes side by side are not the data of a leaf with their root', () => {
    expect(leafHash(Buffer.concat([hashes[0]!, hashes[1]!]))).not.toEqual(roots[2]);
  });

  test('a path in a tree that has no such leaf, or that was never so large', () => {
    for (const [index, size] of [
      [5, 5],
      [-1, 5],
      [0, 0],
    ] as const) {
      expect(() => inclusionPath(index, size)).toThrow(RangeError);
    }
    expect(() => consistencyPath(6, 5)).toThrow(RangeError);
    expect(() => consistencyPath(-1, 5)).toThrow(RangeError);
  });
});

describe('the right edge', () => {
  test('a tree that goes on from a kept right edge grows as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.nat(SIZE_MAX), fc.nat(SIZE_MAX), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const begun = Frontier.empty();
        for (const one of hashes.slice(0, from)) begun.add(one);
        const resumed = Frontier.of(begun.size, begun.hashes);
        for (const one of hashes.slice(from, to)) resumed.add(one);
        expect(begun.hashes).toEqual(subtreesOf(0, from).map(hashOfSubtree));
        expect(begun.root()).toEqual(roots[from]);
        expect([resumed.size, resumed.root()]).toEqual([to, roots[to]]);
      }),
    );
  });

  test('a right edge of another size is refused', () => {
    expect(() => Frontier.of(3, [hashes[0]!])).toThrow('a tree of 3 has another right edge');
  });

  test('sizes beyond 32 bits, and just below a power of two, where a logarithm rounds', () => {
    const size = Number.MAX_SAFE_INTEGER;
    const subtrees = subtreesOf(0, size);
    expect(subtrees.length).toBe(53);
    expect(subtrees.reduce((sum, { level }) => sum + 2 ** level, 0)).toBe(size);
    expect(inclusionPath(0, size).length).toBe(53);
    expect(inclusionPath(2 ** 52, 2 ** 52 + 1)).toEqual([[{ level: 52, index: 0 }]]);
    expect(consistencyPath(2 ** 52, 2 ** 52 + 1)).toEqual([[{ level: 0, index: 2 ** 52 }]]);
  });
});
