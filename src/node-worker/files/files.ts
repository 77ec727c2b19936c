/** Files and blocks as the rest of the node sees them. A block is named by its CID's text; every byte is verified. */
import { type Cid, cidToBytes, cidToString, parseCid } from '../../core/blocks/cid.ts'
import { type FileBlocks, joinFile, publicFile } from '../../core/blocks/file.ts'
import { MAX_BLOCK_BYTES } from '../../core/limits.ts'
import type { Hasher } from '../../core/ports.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { PictureInput } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { PictureView } from '../../rpc/views.ts'
import type { Changes } from '../changes.ts'
import type { Timers } from '../platform.ts'
import { createMutex } from '../stores/mutex.ts'
import type { Key, Store, WriteTransaction } from '../stores/store.ts'
import { createBlockIntake, FILE_TABLES, type Outcome } from './block-intake.ts'
import { type ReadablePicture, readPictureManifest, refusalOfPicture } from './picture.ts'
import { isHere, personsToAsk, type Reference, referFile, storeBlock, type Want } from './references.ts'

/** A block that is referred to but not here yet. */
export interface WantedBlock {
  readonly cid: string
  /** Whose content refers to it: whoever holds the log of one of them is worth asking. */
  readonly persons: readonly string[]
  /** True when somebody waits for it at this moment. */
  readonly urgent: boolean
}

/** See the module's doc. */
export interface Files {
  has(cid: string): Promise<boolean>
  get(cid: string): Promise<Uint8Array | undefined>
  /** Takes in a block that was wanted. @returns `forged` when its bytes do not fit the CID, whether wanted or not */
  put(cid: string, bytes: Uint8Array): Promise<Outcome>
  /** What is missing, at most `limit` in the order of CIDs, from behind `after`. */
  wanted(limit: number, after?: string): Promise<readonly WantedBlock[]>
  /** Whether somebody waits for a block at this moment. */
  isAwaited(cid: string): boolean
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
  /** Stores a prepared picture inside a transaction over meta, blocks, blockMeta and queue. */
  store(tx: WriteTransaction, picture: PreparedPicture, reference: Reference): Promise<void>
  /** Looks through `queue` for blocks that became wanted and tells whoever fetches them. */
  announceWanted(): Promise<void>
  /** A file's bytes, from here or from whoever is connected; gives up after {@link READ_TIMEOUT}. */
  read(file: string): Promise<Result<{ readonly bytes: Uint8Array; readonly mediaType: string }, KithError>>
}

/** Milliseconds that reading a file waits for one block from elsewhere. */
export const READ_TIMEOUT = 15_000
/** Copies that a picture should have. */
const PICTURE_COPIES = 3
/** Wanted blocks that are told of at once; the rest follows as they arrive. */
const MAX_ANNOUNCED = 256

/** A block for which somebody waits. It is wanted for as long, and nowhere written down. */
interface Look {
  /** Who is worth asking; nobody until that is known. */
  persons: readonly string[]
  readonly waiters: Set<() => void>
}

/** One who waits for a block. */
interface Waiter {
  readonly text: string
  /** Resolves when the block came, the time is over, or {@link stop} was called. */
  readonly over: Promise<void>
  stop(): void
}

/** What the book is built from. */
export interface FilePorts {
  readonly store: Store
  readonly hasher: Hasher
  readonly timers: Timers
  readonly changes: Changes
  onError(error: unknown): void
}

/** Creates the book over the store. */
export const createFiles = (ports: FilePorts): FileBook => {
  const { store, hasher, timers, changes } = ports
  const handlers = new Set<(block: WantedBlock) => void>()
  const announced = new Set<string>()
  const looks = new Map<string, Look>()
  const oneAtATime = createMutex()

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
    const missing = new Map(rows.map(({ key, value }) => [key[1] as string, value.persons]))
    for (const [cid, { persons }] of looks)
      if (persons.length > 0 && (after === undefined || cid > after)) missing.set(cid, persons)
    // The first of both together, so that the next page begins behind them.
    const names = [...missing.keys()].sort().slice(0, limit)
    return names.map((cid) => ({ cid, persons: missing.get(cid)!, urgent: looks.has(cid) }))
  }

  const announceWanted: FileBook['announceWanted'] = async () => {
    const missing = await wanted(MAX_ANNOUNCED)
    const names = new Set(missing.map(({ cid }) => cid))
    for (const cid of announced) if (!names.has(cid)) announced.delete(cid)
    for (const block of missing) {
      // What somebody waits for was told of when the waiting began.
      if (block.urgent || announced.has(block.cid)) continue
      announced.add(block.cid)
      tell(block)
    }
  }

  const isAwaited: Files['isAwaited'] = (text) => looks.has(text)

  const onKept = (texts: readonly string[]): void => {
    for (const text of texts) for (const finish of [...(looks.get(text)?.waiters ?? [])]) finish()
    changes.emit('storage')
  }
  const put = createBlockIntake({ store, hasher, isAwaited, onKept })

  const waitFor = (text: string): Waiter => {
    const look = looks.get(text) ?? { persons: [], waiters: new Set() }
    looks.set(text, look)
    let stop = (): void => {}
    const over = new Promise<void>((resolve) => {
      stop = () => {
        timers.clearTimeout(timer)
        look.waiters.delete(stop)
        if (look.waiters.size === 0 && looks.get(text) === look) looks.delete(text)
        resolve()
      }
      const timer = timers.setTimeout(stop, READ_TIMEOUT)
      look.waiters.add(stop)
    })
    return { text, over, stop }
  }

  /** Of `cids` those that are not here, and whom to ask for each; undefined where nobody may be asked. */
  const missingOf = (cids: readonly Cid[]): Promise<Map<string, readonly string[] | undefined>> =>
    store.read(FILE_TABLES, async (tx) => {
      const missing: Cid[] = []
      for (const cid of cids) if (!(await isHere(tx, cid))) missing.push(cid)
      const size = missing.length * MAX_BLOCK_BYTES
      const found = new Map<string, readonly string[] | undefined>()
      for (const cid of missing) found.set(cidToString(cid), await personsToAsk(tx, cid, size))
      return found
    })

  /** Asks for blocks that are not here and waits for them, for a bounded time; then they are wanted no longer. */
  const gather = async (cids: readonly Cid[]): Promise<void> => {
    // Waiting begins before looking: what comes in between must not be missed.
    const waiters = cids.map((cid) => waitFor(cidToString(cid)))
    try {
      const missing = await missingOf(cids)
      for (const { text, stop } of waiters) {
        const persons = missing.get(text)
        const look = looks.get(text)
        if (!persons || !look) stop()
        else look.persons = persons
      }
      for (const [cid, persons] of missing) if (persons && looks.has(cid)) tell({ cid, persons, urgent: true })
      await Promise.all(waiters.map(({ over }) => over))
    } finally {
      for (const { stop } of waiters) stop()
    }
  }

  /** The bytes of a file, one file at a time: many looks must not fill the memory. */
  const join = ({ manifest, chunks }: ReadablePicture): Promise<Uint8Array | undefined> =>
    oneAtATime(async () => {
      const rows = await store.read(['blocks'], (tx) => tx.getMany<Uint8Array>('blocks', chunks.map(keyOf)))
      if (rows.some((row) => row === undefined)) return undefined
      const held = new Map(chunks.map((chunk, i) => [cidToString(chunk), rows[i]!]))
      const joined = await joinFile(
        hasher,
        manifest,
        manifest.chunks.map((chunk) => held.get(cidToString(chunk))!),
      )
      return joined.ok ? joined.value : undefined
    })

  return {
    get,
    put,
    wanted,
    announceWanted,
    has: async (cid) => (await get(cid)) !== undefined,
    isAwaited,
    onWanted(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },

    preparePicture(picture) {
      const refusal = refusalOfPicture(picture)
      if (refusal) return err(refusal)
      const { bytes, mediaType, width, height, alt } = picture
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
      if (!cid.ok) return notFound
      await gather([cid.value])
      const described = await get(file)
      const picture = described && readPictureManifest(described)
      if (!picture?.ok) return picture?.error.type === 'too-large' ? err(picture.error) : notFound
      await gather(picture.value.chunks)
      const bytes = await join(picture.value)
      return bytes ? ok({ bytes, mediaType: picture.value.manifest.mediaType }) : notFound
    },
  }
}

const keyOf = (cid: Cid): Key => [cidToBytes(cid)]
