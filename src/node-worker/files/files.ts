/** Files and blocks as the rest of the node sees them. A block is named by its CID's text; every byte is verified. */
import { type Cid, cidToBytes, cidToString, parseCid, verifyBlock } from '../../core/blocks/cid.ts'
import { type FileBlocks, joinFile, publicFile } from '../../core/blocks/file.ts'
import { decodeManifest } from '../../core/blocks/manifest.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { PictureInput } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { PictureView } from '../../rpc/views.ts'
import type { Changes } from '../changes.ts'
import type { Timers } from '../platform.ts'
import type { Store, WriteTransaction } from '../stores/store.ts'
import { type Reference, referFile, storeBlock, type Want } from './references.ts'

/** A block that is referred to but not here yet. */
export interface WantedBlock {
  readonly cid: string
  /** Whose content refers to it: whoever holds their log is worth asking. */
  readonly person: string
  /** True when somebody waits for it at this moment. */
  readonly urgent: boolean
}

/** See the module's doc. */
export interface Files {
  has(cid: string): Promise<boolean>
  get(cid: string): Promise<Uint8Array | undefined>
  /** Takes in a block that was wanted. @returns false when it was not wanted or its bytes do not fit the CID */
  put(cid: string, bytes: Uint8Array): Promise<boolean>
  /** What is missing, at most `limit` in the order of CIDs, from behind `after`. */
  wanted(limit: number, after?: string): Promise<readonly WantedBlock[]>
  /** Called when a block becomes wanted. @returns stops it */
  onWanted(handler: (block: WantedBlock) => void): () => void
}

/** A picture as blocks, and as posts and profiles name it. */
export interface PreparedPicture extends Omit<PictureView, 'file'> {
  readonly file: string
  readonly blocks: FileBlocks
}

/** What the node's own services may do beyond {@link Files}. */
export interface FileBook extends Files {
  /** Cuts a picture into blocks; nothing is stored yet. */
  preparePicture(picture: PictureInput): Result<PreparedPicture, KithError>
  /** Stores a prepared picture inside a transaction over blocks, blockMeta and queue. */
  store(tx: WriteTransaction, picture: PreparedPicture, reference: Reference): Promise<void>
  /** Looks through `queue` for blocks that became wanted and tells whoever fetches them. */
  announceWanted(): Promise<void>
  /** A file's bytes, from here or from whoever is connected; gives up after {@link READ_TIMEOUT}. */
  read(file: string): Promise<Result<{ readonly bytes: Uint8Array; readonly mediaType: string }, KithError>>
}

/** The largest picture that is taken: pages scale pictures down before they hand them over. */
export const MAX_PICTURE_BYTES = 4_194_304
/** Milliseconds that reading a file waits for one block from elsewhere. */
export const READ_TIMEOUT = 15_000
/** Copies that a picture should have. */
const PICTURE_COPIES = 3
/** Wanted blocks that are told of at once; the rest follows as they arrive. */
const MAX_ANNOUNCED = 256
const TABLES = ['blocks', 'blockMeta', 'queue'] as const

/** What the book is built from. */
export interface FilePorts {
  readonly store: Store
  readonly timers: Timers
  readonly changes: Changes
  onError(error: unknown): void
}

/** Creates the book over the store. */
export const createFiles = (ports: FilePorts): FileBook => {
  const { store, timers, changes } = ports
  const handlers = new Set<(block: WantedBlock) => void>()
  const announced = new Set<string>()
  const waiting = new Map<string, Set<() => void>>()

  const tell = (block: WantedBlock): void => {
    for (const handler of [...handlers]) {
      try {
        handler(block)
      } catch (error) {
        ports.onError(error)
      }
    }
  }

  const get: Files['get'] = async (text) => {
    const cid = parseCid(text)
    if (!cid.ok) return undefined
    return store.read(['blocks'], (tx) => tx.get<Uint8Array>('blocks', [cidToBytes(cid.value)]))
  }

  const wanted: Files['wanted'] = async (limit, after) => {
    const range = { prefix: ['want'], limit, ...(after !== undefined && { after: ['want', after] }) }
    const rows = await store.read(['queue'], (tx) => tx.list<Want>('queue', range))
    return rows.map(({ key, value }) => {
      const cid = key[1] as string
      return { cid, person: value.person, urgent: waiting.has(cid) }
    })
  }

  const announceWanted: FileBook['announceWanted'] = async () => {
    const missing = await wanted(MAX_ANNOUNCED)
    const names = new Set(missing.map(({ cid }) => cid))
    for (const cid of announced) if (!names.has(cid)) announced.delete(cid)
    for (const block of missing) {
      if (announced.has(block.cid)) continue
      announced.add(block.cid)
      tell(block)
    }
  }

  const put: Files['put'] = async (text, bytes) => {
    const cid = parseCid(text)
    if (!cid.ok || !verifyBlock(cid.value, bytes)) return false
    const isWanted = await store.write(TABLES, 'relaxed', async (tx) => {
      if ((await tx.get('queue', ['want', text])) === undefined) return false
      await storeBlock(tx, cid.value, bytes, waiting.has(text))
      return true
    })
    if (!isWanted) return false
    for (const wake of waiting.get(text) ?? []) wake()
    changes.emit('storage')
    await announceWanted()
    return true
  }

  /** Resolves when the block came or the time is over. */
  const arrival = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const waiters = waiting.get(text) ?? new Set()
      const finish = (): void => {
        timers.clearTimeout(timer)
        waiters.delete(finish)
        if (waiters.size === 0) waiting.delete(text)
        resolve()
      }
      const timer = timers.setTimeout(finish, READ_TIMEOUT)
      waiting.set(text, waiters.add(finish))
    })

  /** Wants a block although nothing refers to it, or more than is fetched by itself: somebody is looking at it. */
  const wantNow = async (cid: Cid): Promise<void> => {
    const text = cidToString(cid)
    const person = await store.write(TABLES, 'relaxed', async (tx) => {
      const meta = await tx.get<{ person: string }>('blockMeta', [cidToBytes(cid)])
      if (meta) await tx.put('queue', ['want', text], { person: meta.person } satisfies Want)
      return meta?.person
    })
    if (person !== undefined) tell({ cid: text, person, urgent: true })
  }

  const fetch = async (cid: Cid): Promise<Uint8Array | undefined> => {
    const held = await get(cidToString(cid))
    if (held) return held
    const arrived = arrival(cidToString(cid))
    await wantNow(cid)
    await arrived
    return get(cidToString(cid))
  }

  return {
    get,
    put,
    wanted,
    announceWanted,
    has: async (cid) => (await get(cid)) !== undefined,
    onWanted(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },

    preparePicture({ bytes, mediaType, width, height, alt }) {
      if (bytes.length > MAX_PICTURE_BYTES) return err({ type: 'too-large', what: 'picture', limit: MAX_PICTURE_BYTES })
      if (bytes.length === 0) return err({ type: 'bad-picture' })
      const size = { ...(width > 0 && { width }), ...(height > 0 && { height }) }
      const redundancy = { type: 'copies', copies: PICTURE_COPIES } as const
      const blocks = publicFile(bytes, { mediaType, ...size, ...(alt && { alt }), redundancy })
      return ok({ file: cidToString(blocks.manifest.cid), mediaType, width, height, alt, blocks })
    },

    async store(tx, picture, reference) {
      await referFile(tx, picture.file, reference)
      for (const block of [picture.blocks.manifest, ...picture.blocks.chunks])
        await storeBlock(tx, block.cid, block.bytes)
    },

    async read(file) {
      const notFound = err({ type: 'not-found', what: 'file' } as const)
      const cid = parseCid(file)
      const bytes = cid.ok ? await fetch(cid.value) : undefined
      const manifest = bytes && decodeManifest(bytes)
      if (!manifest?.ok) return notFound
      const chunks = await Promise.all(manifest.value.chunks.map(fetch))
      if (chunks.some((chunk) => chunk === undefined)) return notFound
      const joined = await joinFile(manifest.value, chunks as Uint8Array[])
      return joined.ok ? ok({ bytes: joined.value, mediaType: manifest.value.mediaType }) : notFound
    },
  }
}
