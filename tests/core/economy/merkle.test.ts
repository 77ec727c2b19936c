import { sha256 } from '@noble/hashes/sha2.js'
import { expect } from 'chai'
import fc from 'fast-check'
import { bytesToHex, concatBytes } from '../../../src/core/bytes.ts'
import { chooseLeaves, LEAVES_PER_PROOF } from '../../../src/core/economy/leaf-choice.ts'
import {
  LEAF_BYTES,
  leafCountOf,
  MAX_LEAVES,
  MAX_PATH_LENGTH,
  merkleRoot,
  type ProvenLeaf,
  proveLeaves,
  verifyLeaf,
} from '../../../src/core/economy/merkle.ts'
import { SLOT_BYTES, STEP_BYTES, STEPS_PER_SLOT, stepsOf } from '../../../src/core/economy/units.ts'
import { MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import { describe, it } from '../../support/runner.ts'

const H = (...parts: (number | Uint8Array)[]): Uint8Array =>
  sha256(concatBytes(...parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part))))

const blockOf = (size: number, seed = 0): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 10) * 7 + seed) & 0xff)

/** Sizes around every boundary, and any. */
const sizes = fc.oneof(
  fc.constantFrom(0, 1, 1023, 1024, 1025, 2048, 3072, 3073, MAX_BLOCK_BYTES - 1, MAX_BLOCK_BYTES),
  fc.integer({ min: 0, max: 40_000 }),
)

describe('units', () => {
  it('[Q1] a copy costs whole steps of 4 KiB, one at least; a full block costs a slot', () => {
    expect([0, 1, STEP_BYTES, STEP_BYTES + 1].map(stepsOf)).to.deep.equal([1, 1, 1, 2])
    expect(stepsOf(SLOT_BYTES)).to.equal(STEPS_PER_SLOT)
    expect(SLOT_BYTES).to.equal(MAX_BLOCK_BYTES)
  })
})

describe('the tree over leaves', () => {
  it('[Q2] is the one of RFC 9162: three leaves split two and one, nothing is padded', () => {
    const [a, b, c] = [blockOf(LEAF_BYTES), blockOf(LEAF_BYTES, 1), blockOf(10, 2)]
    const leaves = [H(0, a!), H(0, b!), H(0, c!)] as const
    const size = Uint8Array.of(0, 0, 8, 10)
    const root = H(2, size, H(1, H(1, leaves[0], leaves[1]), leaves[2]))
    expect(bytesToHex(merkleRoot(concatBytes(a!, b!, c!)))).to.equal(bytesToHex(root))
  })

  it('[Q2] the empty block has one leaf without bytes, and a root like any other', () => {
    const empty = new Uint8Array()
    expect(merkleRoot(empty)).to.deep.equal(H(2, new Uint8Array(4), H(0)))
    const [leaf] = proveLeaves(empty, [0])
    expect(verifyLeaf({ size: 0, root: merkleRoot(empty) }, 0, leaf!)).to.equal(true)
  })

  it('[Q2] more bytes than a block has are refused', () => {
    expect(() => merkleRoot(new Uint8Array(MAX_BLOCK_BYTES + 1))).to.throw(RangeError, 'at most 262144')
  })

  it('[Q3] a node cannot be passed off as a leaf, nor a leaf as a node', () => {
    const block = blockOf(2 * LEAF_BYTES)
    const inner = concatBytes(H(0, block.subarray(0, LEAF_BYTES)), H(0, block.subarray(LEAF_BYTES)))
    expect(inner.length).to.equal(64)
    // The 64 bytes of the inner node, taken as a block of one leaf, would have the same root without the prefixes.
    expect(merkleRoot(inner)).not.to.deep.equal(merkleRoot(block))
    const leaf = { bytes: inner, path: [] }
    expect(verifyLeaf({ size: 64, root: merkleRoot(block) }, 0, leaf)).to.equal(false)
    expect(verifyLeaf({ size: 2 * LEAF_BYTES, root: merkleRoot(block) }, 0, leaf)).to.equal(false)
  })

  it('[Q3] the root covers the size', () => {
    const block = blockOf(1500)
    const root = merkleRoot(block)
    for (const [index, leaf] of proveLeaves(block, [0, 1]).entries()) {
      expect(verifyLeaf({ size: 1500, root }, index, leaf)).to.equal(true)
      for (const size of [1024, 1499, 1501, 2048])
        expect(verifyLeaf({ size, root }, index, leaf), `${size}`).to.equal(false)
    }
  })

  it('[Q3] blocks that differ in a byte or in length have different roots', () => {
    fc.assert(
      fc.property(
        sizes.filter((size) => size > 0),
        fc.nat(),
        (size, at) => {
          const block = blockOf(size)
          const root = bytesToHex(merkleRoot(block))
          expect(bytesToHex(merkleRoot(block.with(at % size, block[at % size]! ^ 1)))).not.to.equal(root)
          expect(bytesToHex(merkleRoot(block.subarray(0, -1)))).not.to.equal(root)
          if (size < MAX_BLOCK_BYTES)
            expect(bytesToHex(merkleRoot(concatBytes(block, Uint8Array.of(0))))).not.to.equal(root)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('[Q4] every leaf is verified by size and root alone, and only in its place', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, one, other) => {
        const block = blockOf(size)
        const of = { size, root: merkleRoot(block) }
        const count = leafCountOf(size)
        const index = one % count
        const [leaf] = proveLeaves(block, [index])
        expect(leaf!.path.length).to.be.at.most(MAX_PATH_LENGTH)
        expect(verifyLeaf(of, index, leaf!)).to.equal(true)
        if (other % count !== index) expect(verifyLeaf(of, other % count, leaf!)).to.equal(false)
      }),
      { numRuns: 60 },
    )
  })

  it('[Q4] a tree made up over leaves that are too short proves nothing, though its hashes fit', () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)]
    const root = H(2, Uint8Array.of(0, 0, 8, 0), H(1, H(0, a), H(0, b)))
    expect(verifyLeaf({ size: 2 * LEAF_BYTES, root }, 0, { bytes: a, path: [H(0, b)] })).to.equal(false)
  })

  it('[Q4] a leaf with a changed byte, hash, length or path is refused', () => {
    const block = blockOf(5 * LEAF_BYTES + 3)
    const of = { size: block.length, root: merkleRoot(block) }
    const [leaf] = proveLeaves(block, [2]) as [ProvenLeaf]
    const wrong: ProvenLeaf[] = [
      { ...leaf, bytes: leaf.bytes.with(9, leaf.bytes[9]! ^ 1) },
      { ...leaf, bytes: leaf.bytes.subarray(1) },
      { ...leaf, bytes: concatBytes(leaf.bytes, Uint8Array.of(0)) },
      { ...leaf, path: leaf.path.slice(1) },
      { ...leaf, path: [...leaf.path, leaf.path[0]!] },
      { ...leaf, path: leaf.path.toReversed() },
      { ...leaf, path: Array.from({ length: 4000 }, () => leaf.path[0]!) },
    ]
    for (const [i, each] of wrong.entries()) expect(verifyLeaf(of, 2, each), `${i}`).to.equal(false)
    for (const index of [-1, 0.5, 6, Number.NaN]) expect(verifyLeaf(of, index, leaf), `${index}`).to.equal(false)
    expect(() => proveLeaves(block, [6])).to.throw(RangeError, '0 to 5')
  })
})

describe('the choice of leaves', () => {
  const challenge = (n: number): Uint8Array => H(new TextEncoder().encode(`challenge ${n}`))

  it('[Q14] the same challenge asks for the same leaves, in rising order, each once; all where there are few', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: MAX_LEAVES }), (n, count) => {
        const leaves = chooseLeaves(challenge(n), count)
        expect(leaves).to.deep.equal(chooseLeaves(challenge(n), count))
        expect(leaves).to.deep.equal([...new Set(leaves)].sort((a, b) => a - b))
        expect(leaves.length).to.equal(Math.min(count, LEAVES_PER_PROOF))
        expect(leaves.every((leaf) => leaf >= 0 && leaf < count)).to.equal(true)
      }),
    )
  })

  it('[Q15] a holder that dropped a share of a block is caught as often as the table of the protocol says', () => {
    const CHALLENGES = 2000
    for (const [dropped, odds] of [
      [0.05, 0.56],
      [0.1, 0.81],
      [0.25, 0.99],
    ] as const) {
      const kept = MAX_LEAVES * (1 - dropped)
      const caught = Array.from({ length: CHALLENGES }, (_, n) => chooseLeaves(challenge(n), MAX_LEAVES)).filter(
        (leaves) => leaves.some((leaf) => leaf >= kept),
      ).length
      // Four standard deviations of a binomial draw: the challenges are fixed, so this never varies.
      expect(caught / CHALLENGES).to.be.closeTo(odds, 0.045)
      expect(1 - (1 - dropped) ** LEAVES_PER_PROOF).to.be.closeTo(odds, 0.006)
    }
  })
})
