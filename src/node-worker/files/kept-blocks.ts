/** What is kept here of blocks, and for whom. */
import { type Cid, cidFromBytes, cidToString } from '../../core/blocks/cid.ts'
import type { ReadTransaction } from '../stores/store.ts'
import { type BlockMeta, type Kind, LEASED, LISTED } from './references.ts'

/** A block as it is kept, and for whom. */
export interface KeptBlock {
  readonly cid: Cid
  readonly size: number
  readonly persons: readonly string[]
  /** Whether something that shows files names it, and not only a manifest. */
  readonly isFile: boolean
}

/** Every block that is referred to, here or not: `size` is 0 of those that are not. See {@link listKept}. */
export const listReferred = async (tx: ReadTransaction, isOfFile: (name: string) => boolean): Promise<KeptBlock[]> => {
  const kept: { cid: Cid; size: number; owners: Set<string>; isFile: boolean }[] = []
  const byManifest = new Map<string, Set<string>>()
  // A block's own row stands before the rows of its reasons.
  for (const { key, value } of await tx.list<BlockMeta | 0>('blockMeta')) {
    const [bytes, , owner, name] = key as readonly [Uint8Array, Kind?, string?, string?]
    const cid = value === 0 ? undefined : cidFromBytes(bytes)
    if (value !== 0 && cid?.ok) kept.push({ cid: cid.value, size: value.size, owners: new Set(), isFile: false })
    const block = kept.at(-1)
    if (!block || owner === undefined || name === undefined) continue
    block.owners.add(owner)
    if (name === LISTED) continue
    block.isFile ||= name !== LEASED && isOfFile(name)
    byManifest.set(cidToString(block.cid), block.owners)
  }
  return kept.map(({ cid, size, owners, isFile }) => ({
    cid,
    size,
    persons: [...new Set([...owners].flatMap((owner) => [...(byManifest.get(owner) ?? [owner])]))],
    isFile,
  }))
}

/** Every block that is here, and whose content refers to it. `isOfFile` tells which names of reasons are those of files. */
export const listKept = async (tx: ReadTransaction, isOfFile: (name: string) => boolean): Promise<KeptBlock[]> =>
  (await listReferred(tx, isOfFile)).filter(({ size }) => size > 0)

/** Every block that is kept under a lease, here or wanted, and for whom. */
export const listLeased = async (tx: ReadTransaction): Promise<{ readonly cid: Cid; readonly owner: string }[]> =>
  (await tx.list('blockMeta')).flatMap(({ key }) => {
    const [bytes, kind, owner] = key as readonly [Uint8Array, Kind?, string?]
    const cid = kind === 'leased' ? cidFromBytes(bytes) : undefined
    return cid?.ok && owner !== undefined ? [{ cid: cid.value, owner }] : []
  })
