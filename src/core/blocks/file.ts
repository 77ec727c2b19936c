/** Files to blocks and back: cut into chunks, named by a manifest, sealed chunk by chunk when private. */
import { concatBytes } from '../bytes.ts'
import type { Aead, Hasher, Random } from '../ports.ts'
import { err, ok, type Result } from '../result.ts'
import { type Block, type Cid, cidToString, dagCborCid, rawCid, verifyBlockBy } from './cid.ts'
import { chunkBytes, encodeManifest, type FileInfo, MANIFEST_VERSION, MAX_CHUNKS, type Manifest } from './manifest.ts'
import { MAX_PADDED_CONTENT, openPrivate, type SealedRefusal, sealPrivate } from './sealed.ts'

/** A file as blocks. The manifest's CID is the file's id. */
export interface FileBlocks {
  readonly manifest: Block
  readonly chunks: readonly Block[]
}

/** Views of `bytes`, each a block but the last; none for no bytes. */
const chunkFile = (bytes: Uint8Array, size: number = chunkBytes(false)): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))

const rawBlock = (bytes: Uint8Array): Block => ({ cid: rawCid(bytes), bytes })

const describe = (info: FileInfo, size: number, chunks: readonly Block[]): Manifest => ({
  ...info,
  version: MANIFEST_VERSION,
  size,
  chunks: chunks.map(({ cid }) => cid),
})

const checkSize = (bytes: Uint8Array, encrypted: boolean): void => {
  const limit = MAX_CHUNKS * chunkBytes(encrypted)
  if (bytes.length > limit) throw new RangeError(`"bytes" expected at most ${limit}, got ${bytes.length}`)
}

/**
 * The blocks of a public file.
 * @throws {RangeError} more than {@link MAX_CHUNKS} chunks
 */
export const publicFile = (bytes: Uint8Array, info: FileInfo): FileBlocks => {
  checkSize(bytes, false)
  const chunks = chunkFile(bytes).map(rawBlock)
  const manifest = encodeManifest(describe(info, bytes.length, chunks))
  return { manifest: { cid: dagCborCid(manifest), bytes: manifest }, chunks }
}

/** What sealing a file takes. */
export interface FileSeal {
  /** 32 fresh random bytes, this file's own key. */
  readonly key: Uint8Array
  /** AES-256-GCM under that key. */
  readonly fileAead: Aead
  /** Seals the manifest; whoever has this key can read the file. */
  readonly manifestAead: Aead
  readonly random: Random
}

/**
 * The blocks of a private file: every chunk sealed under the file's own key, the manifest with that key sealed under
 * the reader's, in a raw block.
 * @throws {RangeError} more than {@link MAX_CHUNKS} chunks, or a manifest that fits no sealed block
 */
export const privateFile = async (bytes: Uint8Array, info: FileInfo, seal: FileSeal): Promise<FileBlocks> => {
  checkSize(bytes, true)
  const chunks: Block[] = []
  for (const chunk of chunkFile(bytes, MAX_PADDED_CONTENT)) {
    chunks.push(rawBlock(await sealPrivate(seal.fileAead, seal.random, chunk)))
  }
  const encryption = { cipher: 'aes-256-gcm', key: seal.key } as const
  const manifest = encodeManifest({ ...describe(info, bytes.length, chunks), encryption })
  return { manifest: rawBlock(await sealPrivate(seal.manifestAead, seal.random, manifest)), chunks }
}

/** Why chunks do not make the file that its manifest describes. */
export type FileRefusal =
  | SealedRefusal
  | { readonly type: 'wrong-block'; readonly cid: string }
  | { readonly type: 'wrong-size'; readonly expected: number; readonly found: number }

const openChunk = async (
  hasher: Hasher,
  cid: Cid,
  bytes: Uint8Array,
  aead?: Aead,
): Promise<Result<Uint8Array, FileRefusal>> => {
  if (!(await verifyBlockBy(hasher, cid, bytes))) return err({ type: 'wrong-block', cid: cidToString(cid) })
  return aead ? openPrivate(aead, bytes) : ok(bytes)
}

/**
 * The content of a file out of its chunks, in the manifest's order, each verified.
 * @param aead under the manifest's key, for a private file
 */
export const joinFile = async (
  hasher: Hasher,
  manifest: Manifest,
  chunks: readonly Uint8Array[],
  aead?: Aead,
): Promise<Result<Uint8Array, FileRefusal>> => {
  const contents: Uint8Array[] = []
  for (const [i, cid] of manifest.chunks.entries()) {
    const content = await openChunk(hasher, cid, chunks[i] ?? new Uint8Array(0), aead)
    if (!content.ok) return content
    contents.push(content.value)
  }
  const bytes = concatBytes(...contents)
  if (bytes.length === manifest.size) return ok(bytes)
  return err({ type: 'wrong-size', expected: manifest.size, found: bytes.length })
}
