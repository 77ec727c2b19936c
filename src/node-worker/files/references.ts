/**
 * Why blocks are kept. Every block has a row of references (entries, avatars, or the manifest that lists it); the last
 * one gone, the block goes. A block that is referred to and not here is wanted: a row in `queue`.
 */
import { type Cid, Codec, cidToBytes, cidToString, parseCid } from '../../core/blocks/cid.ts'
import { decodeManifest } from '../../core/blocks/manifest.ts'
import type { ReadTransaction, WriteTransaction } from '../stores/store.ts'

/** References kept for one block. Beyond that a block is kept for ever rather than lost. */
const MAX_REFERENCES = 1024
/** A file larger than this is fetched only when somebody opens it. */
export const MAX_EAGER_FILE_BYTES = 4_194_304

/** Row of `blockMeta`. */
export interface BlockMeta {
  /** Bytes; 0 while the block is not here. */
  readonly size: number
  /** Whose content refers to it first. */
  readonly person: string
  readonly references: readonly string[]
}

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
  if (meta.references.includes(name) || meta.references.length >= MAX_REFERENCES) return
  await tx.put('blockMeta', [cidToBytes(cid)], { ...meta, references: [...meta.references, name] })
  if (meta.size === 0 && !lazy)
    await tx.put('queue', ['want', cidToString(cid)], { person: meta.person } satisfies Want)
}

/** The chunks that a held manifest lists. */
const chunksOf = async (tx: ReadTransaction, manifest: Cid): Promise<readonly Cid[]> => {
  const bytes = manifest.code === Codec.dagCbor ? await tx.get<Uint8Array>('blocks', [cidToBytes(manifest)]) : undefined
  const decoded = bytes && decodeManifest(bytes)
  return decoded?.ok ? decoded.value.chunks : []
}

/** Removes a reason; the last one gone, the block and what it lists go too. */
const unrefer = async (tx: WriteTransaction, cid: Cid, name: string): Promise<void> => {
  const meta = await metaOf(tx, cid)
  if (!meta?.references.includes(name) || meta.references.length >= MAX_REFERENCES) return
  const references = meta.references.filter((reference) => reference !== name)
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
