/**
 * The Merkle tree over the 1 KiB leaves of a block, by which a holder proves leaves to somebody who has only the root.
 * The shape is RFC 9162's (section 2.1): a tree of n leaves splits at the largest power of two below n, and nothing is
 * padded. Leaf, node and root hashes begin with different bytes, so that none can be passed off as another, and the
 * root covers the size, so that a shorter block with the same tree is another root. Rules Q2 to Q4 of docs/protocol.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { createWriter, equalBytes } from '../bytes.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'

/** Bytes of a leaf; the last of a block may be shorter. */
export const LEAF_BYTES = 1024

/** Leaves of the largest block. */
export const MAX_LEAVES = MAX_BLOCK_BYTES / LEAF_BYTES

/** Hashes in the longest path: the tree of {@link MAX_LEAVES} leaves is eight levels high. */
export const MAX_PATH_LENGTH = Math.log2(MAX_LEAVES)

/** Bytes of every hash here: SHA-256. */
export const MERKLE_HASH_BYTES = 32

/** What each hash begins with. */
const Prefix = { leaf: 0, node: 1, root: 2 } as const

/** A leaf of a block with what leads from it to the root. */
export interface ProvenLeaf {
  /** The leaf, 1 to {@link LEAF_BYTES} bytes; none for the empty block. */
  readonly bytes: Uint8Array
  /** Hashes of the neighbours on the way up, the lowest first. */
  readonly path: readonly Uint8Array[]
}

/** Leaves of a block of `size` bytes. The empty block has one leaf, without bytes. */
export const leafCountOf = (size: number): number => Math.max(1, Math.ceil(size / LEAF_BYTES))

/** Bytes of the leaf at `index` in a block of `size` bytes. */
export const leafBytesOf = (size: number, index: number): number => Math.min(LEAF_BYTES, size - index * LEAF_BYTES)

const tagged = (prefix: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = sha256.create().update(Uint8Array.of(prefix))
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const leafAt = (block: Uint8Array, index: number): Uint8Array =>
  block.subarray(index * LEAF_BYTES, Math.min(block.length, (index + 1) * LEAF_BYTES))

/** Where a tree of `count` leaves, two or more, splits. */
const splitOf = (count: number): number => 2 ** Math.ceil(Math.log2(count) - 1)

/** A leaf or a node with the trees below it. */
interface Tree {
  readonly hash: Uint8Array
  /** Leaves below it. */
  readonly count: number
  readonly children?: readonly [Tree, Tree]
}

const treeOf = (block: Uint8Array, first: number, count: number): Tree => {
  if (count === 1) return { hash: tagged(Prefix.leaf, leafAt(block, first)), count }
  const left = treeOf(block, first, splitOf(count))
  const right = treeOf(block, first + left.count, count - left.count)
  return { hash: tagged(Prefix.node, left.hash, right.hash), count, children: [left, right] }
}

const treeOver = (block: Uint8Array): Tree => {
  if (block.length > MAX_BLOCK_BYTES) {
    throw new RangeError(`"block" expected at most ${MAX_BLOCK_BYTES} bytes, got ${block.length}`)
  }
  return treeOf(block, 0, leafCountOf(block.length))
}

const rootHash = (size: number, top: Uint8Array): Uint8Array => {
  const writer = createWriter(4)
  writer.u32(size)
  return tagged(Prefix.root, writer.finish(), top)
}

/**
 * [Q2] The root over the leaves of a block, 32 bytes.
 * @throws {RangeError} more bytes than a block has
 */
export const merkleRoot = (block: Uint8Array): Uint8Array => rootHash(block.length, treeOver(block).hash)

const pathTo = ({ children }: Tree, index: number): Uint8Array[] => {
  if (!children) return []
  const [left, right] = children
  return index < left.count ? [...pathTo(left, index), right.hash] : [...pathTo(right, index - left.count), left.hash]
}

/**
 * The leaves at `indexes` of a block, each with its path.
 * @throws {RangeError} no such leaf, or more bytes than a block has
 */
export const proveLeaves = (block: Uint8Array, indexes: readonly number[]): ProvenLeaf[] => {
  const tree = treeOver(block)
  return indexes.map((index) => {
    if (!Number.isInteger(index) || index < 0 || index >= tree.count) {
      throw new RangeError(`"index" expected 0 to ${tree.count - 1}, got ${index}`)
    }
    return { bytes: leafAt(block, index), path: pathTo(tree, index) }
  })
}

/** The top that a leaf and its path lead to; undefined when the path is not as long as the place needs. */
const climb = (hash: Uint8Array, path: readonly Uint8Array[], index: number, count: number): Uint8Array | undefined => {
  if (count === 1) return path.length === 0 ? hash : undefined
  const neighbour = path.at(-1)
  if (!neighbour) return undefined
  const left = splitOf(count)
  const rest = path.slice(0, -1)
  const isLeft = index < left
  const below = isLeft ? climb(hash, rest, index, left) : climb(hash, rest, index - left, count - left)
  if (!below) return undefined
  return isLeft ? tagged(Prefix.node, below, neighbour) : tagged(Prefix.node, neighbour, below)
}

/** [Q4] Whether `leaf` is the one at `index` of the block with that size and root. Needs no byte of the block. */
export const verifyLeaf = (
  { size, root }: { readonly size: number; readonly root: Uint8Array },
  index: number,
  leaf: ProvenLeaf,
): boolean => {
  const count = leafCountOf(size)
  if (!Number.isInteger(index) || index < 0 || index >= count || leaf.path.length > MAX_PATH_LENGTH) return false
  if (leaf.bytes.length !== leafBytesOf(size, index)) return false
  const top = climb(tagged(Prefix.leaf, leaf.bytes), leaf.path, index, count)
  return top !== undefined && equalBytes(rootHash(size, top), root)
}
