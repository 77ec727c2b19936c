/** What is kept here of blocks, and for whom. */
import { type Cid, cidFromBytes, cidToString } from '../../core/blocks/cid.ts'
import type { ReadTransaction } from '../stores/store.ts'
import { type BlockMeta, type Kind, LEASED, LISTED, type Reference } from './references.ts'

/** Whose content refers to a block, and as what: a post's id, an avatar. */
export type KeepReason = Pick<Reference, 'name' | 'person'>

/** A block as it is kept, and for whom. */
export interface KeptBlock {
  readonly cid: Cid
  readonly size: number
  readonly persons: readonly string[]
  /** Of a chunk those of its manifests. */
  readonly reasons: readonly KeepReason[]
  /** Whether something that shows files names it, and not only a manifest. */
  readonly isFile: boolean
}

/** A reason as it stands in a row: of a chunk its manifest and {@link LISTED}. */
const resolve = (reason: KeepReason, byManifest: ReadonlyMap<string, readonly KeepReason[]>): readonly KeepReason[] =>
  reason.name === LISTED ? (byManifest.get(reason.person) ?? []).filter(({ name }) => name !== LISTED) : [reason]

/** Every block that is referred to, here or not: `size` is 0 of those that are not. See {@link listKept}. */
export const listReferred = async (tx: ReadTransaction, isOfFile: (name: string) => boolean): Promise<KeptBlock[]> => {
  const kept: { cid: Cid; size: number; reasons: KeepReason[]; isFile: boolean }[] = []
  const byManifest = new Map<string, readonly KeepReason[]>()
  // A block's own row stands before the rows of its reasons.
  for (const { key, value } of await tx.list<BlockMeta | 0>('blockMeta')) {
    const [bytes, , person, name] = key as readonly [Uint8Array, Kind?, string?, string?]
    const cid = value === 0 ? undefined : cidFromBytes(bytes)
    if (value !== 0 && cid?.ok) kept.push({ cid: cid.value, size: value.size, reasons: [], isFile: false })
    const block = kept.at(-1)
    if (!block || person === undefined || name === undefined) continue
    block.reasons.push({ person, name })
    if (name === LISTED) continue
    block.isFile ||= name !== LEASED && isOfFile(name)
    byManifest.set(cidToString(block.cid), block.reasons)
  }
  return kept.map((block) => {
    const reasons = block.reasons.flatMap((reason) => resolve(reason, byManifest))
    return { ...block, reasons, persons: [...new Set(reasons.map(({ person }) => person))] }
  })
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
