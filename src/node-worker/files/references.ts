/**
 * Why blocks are kept. Every block has references (entries, avatars, or the manifest that lists it); the last one gone,
 * the block goes. The first few stand in the block's own row, any further one has a row in `queue`, so that a block that
 * everybody refers to costs no more with each. A block that is referred to and not here is wanted: a row in `queue`, too.
 */
import { type Cid, Codec, cidToBytes, cidToString, parseCid } from '../../core/blocks/cid.ts'
import { decodeManifest } from '../../core/blocks/manifest.ts'
import type { ReadTransaction, WriteTransaction } from '../stores/store.ts'

/** References kept in a block's own row, which is written anew with each. */
export const MAX_REFERENCES = 64
/** A file larger than this is fetched only when somebody opens it. */
export const MAX_EAGER_FILE_BYTES = 4_194_304

/** Row of `blockMeta`. */
export interface BlockMeta {
  /** Bytes; 0 while the block is not here. */
  readonly size: number
  /** Whose content refers to it first. */
  readonly person: string
  /** At most {@link MAX_REFERENCES}, and none only when there is none at all. */
  readonly references: readonly string[]
}

/** Where the references of a block stand that its own row has no room for: rows of `queue`. */
const moreKey = (cid: Cid): readonly [string, string] => ['refer', cidToString(cid)]

/** Row of `queue` under ['want', CID]. */
export interface Want {
  readonly person: string
}

/** One reason to keep a block. */
export interface Reference {
  readonly name: string
  readonly person: string
  /** Fetched only when somebody looks at it: what strangers refer to costs nothing until then. */
  readonly lazy?: boolean
}

const metaOf = (tx: ReadTransaction, cid: Cid): Promise<BlockMeta | undefined> =>
  tx.get<BlockMeta>('blockMeta', [cidToBytes(cid)])

/** Adds a reason to keep a block, and wants the block if it is not here. */
const refer = async (tx: WriteTransaction, cid: Cid, { name, person, lazy }: Reference): Promise<void> => {
  const meta = (await metaOf(tx, cid)) ?? { size: 0, person, references: [] }
  if (meta.references.includes(name)) return
  if (meta.references.length < MAX_REFERENCES)
    await tx.put('blockMeta', [cidToBytes(cid)], { ...meta, references: [...meta.references, name] })
  else await tx.put('queue', [...moreKey(cid), name], 0)
  if (meta.size === 0 && !lazy)
    await tx.put('queue', ['want', cidToString(cid)], { person: meta.person } satisfies Want)
}

/** The chunks that a held manifest lists. */
const chunksOf = async (tx: ReadTransaction, manifest: Cid): Promise<readonly Cid[]> => {
  const bytes = manifest.code === Codec.dagCbor ? await tx.get<Uint8Array>('blocks', [cidToBytes(manifest)]) : undefined
  const decoded = bytes && decodeManifest(bytes)
  return decoded?.ok ? decoded.value.chunks : []
}

/** Takes as many references as fit into the block's own row out of theirs. */
const takeMore = async (tx: WriteTransaction, cid: Cid): Promise<readonly string[]> => {
  const rows = await tx.list('queue', { prefix: moreKey(cid), limit: MAX_REFERENCES })
  for (const { key } of rows) await tx.delete('queue', key)
  return rows.map(({ key }) => key[2] as string)
}

/** Removes a reason; the last one gone, the block and what it lists go too. */
const unrefer = async (tx: WriteTransaction, cid: Cid, name: string): Promise<void> => {
  const meta = await metaOf(tx, cid)
  if (!meta) return
  if (!meta.references.includes(name)) return tx.delete('queue', [...moreKey(cid), name])
  const left = meta.references.filter((reference) => reference !== name)
  const references = left.length > 0 ? left : await takeMore(tx, cid)
  if (references.length > 0) return tx.put('blockMeta', [cidToBytes(cid)], { ...meta, references })
  for (const chunk of await chunksOf(tx, cid)) await unrefer(tx, chunk, cidToString(cid))
  await tx.delete('blocks', [cidToBytes(cid)])
  await tx.delete('blockMeta', [cidToBytes(cid)])
  await tx.delete('queue', ['want', cidToString(cid)])
}

/** Adds a reason to keep a file. `file` must be a CID's text. */
export const referFile = async (tx: WriteTransaction, file: string, reference: Reference): Promise<void> => {
  const cid = parseCid(file)
  if (cid.ok) await refer(tx, cid.value, reference)
}

/** Removes a reason to keep a file. */
export const unreferFile = async (tx: WriteTransaction, file: string, name: string): Promise<void> => {
  const cid = parseCid(file)
  if (cid.ok) await unrefer(tx, cid.value, name)
}

/**
 * Stores a block that is referred to. A manifest's chunks become wanted in turn.
 * @param eager whether a file of any size is fetched whole
 * @returns the chunks that are wanted now
 */
export const storeBlock = async (
  tx: WriteTransaction,
  cid: Cid,
  bytes: Uint8Array,
  eager = false,
): Promise<readonly Cid[]> => {
  const meta = await metaOf(tx, cid)
  if (!meta) return []
  await tx.put('blocks', [cidToBytes(cid)], bytes.slice())
  await tx.put('blockMeta', [cidToBytes(cid)], { ...meta, size: bytes.length })
  await tx.delete('queue', ['want', cidToString(cid)])
  const manifest = cid.code === Codec.dagCbor ? decodeManifest(bytes) : undefined
  if (!manifest?.ok || (!eager && manifest.value.size > MAX_EAGER_FILE_BYTES)) return []
  // A chunk that is itself a manifest would make a small file grow without bound.
  const chunks = manifest.value.chunks.filter((chunk) => chunk.code === Codec.raw)
  for (const chunk of chunks) await refer(tx, chunk, { name: cidToString(cid), person: meta.person })
  return chunks
}
