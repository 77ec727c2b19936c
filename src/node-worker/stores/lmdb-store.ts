/**
 * The store on Node.js: LMDB in one folder that one process at a time may hold. Why LMDB:
 * docs/decisions/0002-embedded-store.md. A write transaction collects its changes in memory, where its own reads see
 * them, and commits them in one LMDB transaction: LMDB's own would have to stay open across awaits.
 */
import { statfsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, encode } from '@ipld/dag-cbor'
import { open, type RootDatabase, type Transaction, TransactionFlags } from 'lmdb'
import { decodeKey, END_OF_PREFIX, encodeKey } from './key-order.ts'
import { createMutex } from './mutex.ts'
import { takeProcessLock } from './process-lock.ts'
import { claimSchema } from './schema.ts'
import {
  type Key,
  type Range,
  type ReadTransaction,
  type Row,
  type Store,
  StoreFullError,
  StoreUnavailableError,
  type Table,
  type WriteTransaction,
} from './store.ts'

/** LMDB's limit on a key with the default page size. */
export const MAX_KEY_BYTES = 1978

// A transaction rewrites the pages it touches, so it needs more room than its values.
const FULL_DISK_MARGIN = 1 << 20

type Database = RootDatabase<Buffer, Buffer>
/** Changes of one transaction by binary-string key; undefined deletes. */
type Changes = Map<string, Uint8Array | undefined>
/** What a transaction reads from: a snapshot and its own changes over it. */
interface View {
  readonly db: Database
  readonly snapshot: Transaction
  readonly changes: Changes
}

/** Opens (or makes) the store in a folder. @throws StoreUnavailableError */
export async function openLmdbStore(folder: string): Promise<Store> {
  const { db, unlock } = await openFolder(folder)
  const store = storeOver(db, folder, unlock)
  try {
    return await claimSchema(store)
  } catch (error) {
    await store.close()
    throw error instanceof StoreUnavailableError ? error : new StoreUnavailableError('no-storage', String(error))
  }
}

function storeOver(db: Database, folder: string, unlock: () => Promise<void>): Store {
  const writing = createMutex()
  const close = async () => {
    await db.close()
    await unlock()
  }
  return {
    read: (_tables, run) => withView(db, new Map(), (view) => run(reader(view))),
    write: (_tables, durability, run) =>
      writing(async () => {
        const changes: Changes = new Map()
        // The snapshot ends before the commit: LMDB cannot reuse pages that a reader may still see.
        const value = await withView(db, changes, (view) => run(writer(view)))
        commit(db, folder, changes, durability === 'strict')
        return value
      }),
    estimate: async () => ({ used: usedBytes(db), quota: undefined }),
    async destroy() {
      await db.drop()
      await close()
    },
    close,
  }
}

async function openFolder(folder: string): Promise<{ db: Database; unlock: () => Promise<void> }> {
  const unlock = await makeFolder(folder)
  try {
    const db: Database = open({ path: join(folder, 'store'), keyEncoding: 'binary', encoding: 'binary' })
    return { db, unlock }
  } catch (error) {
    await unlock()
    throw error instanceof StoreUnavailableError ? error : new StoreUnavailableError('no-storage', String(error))
  }
}

async function makeFolder(folder: string): Promise<() => Promise<void>> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return await takeProcessLock(join(folder, 'lock'))
  } catch (error) {
    throw error instanceof StoreUnavailableError ? error : new StoreUnavailableError('no-storage', String(error))
  }
}

async function withView<T>(db: Database, changes: Changes, run: (view: View) => Promise<T>): Promise<T> {
  const snapshot = db.useReadTransaction()
  try {
    return await run({ db, snapshot, changes })
  } finally {
    snapshot.done()
  }
}

function commit(db: Database, folder: string, changes: Changes, isStrict: boolean): void {
  const flags = isStrict ? TransactionFlags.SYNCHRONOUS_COMMIT : TransactionFlags.NO_SYNC_FLUSH
  try {
    db.transactionSync(() => {
      for (const [name, value] of changes) {
        const key = fromBinaryString(name)
        if (value === undefined) db.removeSync(key)
        else db.putSync(key, Buffer.from(value.buffer, value.byteOffset, value.byteLength))
      }
    }, TransactionFlags.ABORTABLE | flags)
  } catch (error) {
    if (isDiskFull(folder, changes)) throw new StoreFullError('the disk is full')
    throw error
  }
}

// A write that does not fit comes back from LMDB as a short write, EIO or ENOSPC: the disk itself tells them apart.
function isDiskFull(folder: string, changes: Changes): boolean {
  const { bavail, bsize } = statfsSync(folder)
  let needed = FULL_DISK_MARGIN
  for (const value of changes.values()) needed += value?.length ?? 0
  return bavail * bsize < needed
}

function reader(view: View): ReadTransaction {
  const getValue = <T>(table: Table, key: Key): T | undefined => {
    const encoded = encodeKey(table, key)
    const name = toBinaryString(encoded)
    const raw = view.changes.has(name)
      ? view.changes.get(name)
      : view.db.get(Buffer.from(encoded), { transaction: view.snapshot })
    return raw === undefined ? undefined : (decode(raw) as T)
  }
  return {
    get: async <T>(table: Table, key: Key) => getValue<T>(table, key),
    getMany: async <T>(table: Table, keys: readonly Key[]) => keys.map((key) => getValue<T>(table, key)),
    list: async <T>(table: Table, range: Range = {}) =>
      scan(view, table, range).map(([key, raw]): Row<T> => ({ key: decodeKey(table, key), value: decode(raw) as T })),
    count: async (table, range = {}) => scan(view, table, range).length,
  }
}

function writer(view: View): WriteTransaction {
  const put = (table: Table, key: Key, value: unknown) => {
    const encoded = encodeKey(table, key)
    if (encoded.length > MAX_KEY_BYTES) throw new RangeError(`key of ${encoded.length} bytes, limit ${MAX_KEY_BYTES}`)
    view.changes.set(toBinaryString(encoded), encode(value))
  }
  return {
    ...reader(view),
    async put(table, key, value) {
      put(table, key, value)
    },
    async putMany(table, rows) {
      for (const row of rows) put(table, row.key, row.value)
    },
    async delete(table, key) {
      view.changes.set(toBinaryString(encodeKey(table, key)), undefined)
    },
    async deleteRange(table, range) {
      for (const [key] of scan(view, table, range)) view.changes.set(toBinaryString(key), undefined)
    },
  }
}

/** Rows of a range as stored, with the transaction's own changes laid over them. */
function scan(view: View, table: Table, range: Range): [Uint8Array, Uint8Array][] {
  const { lower, upper, isLowerOpen } = bounds(table, range)
  const isReverse = range.reverse ?? false
  const limit = range.limit ?? Number.POSITIVE_INFINITY
  if (limit === 0) return []
  const own = changesWithin(view.changes, toBinaryString(lower), toBinaryString(upper), isLowerOpen)
  // Each change may hide one stored row, so that many more have to be read.
  const rows = stored(view, lower, upper, isLowerOpen, isReverse, limit + own.size)
  if (own.size === 0) return rows
  const merged = new Map<string, Uint8Array | undefined>(rows.map(([key, value]) => [toBinaryString(key), value]))
  for (const [name, value] of own) merged.set(name, value)
  const kept = [...merged].filter((row): row is [string, Uint8Array] => row[1] !== undefined)
  kept.sort(([a], [b]) => (a < b === isReverse ? 1 : -1))
  return kept.slice(0, limit).map(([name, value]) => [fromBinaryString(name), value])
}

function stored(
  view: View,
  lower: Uint8Array,
  upper: Uint8Array,
  isLowerOpen: boolean,
  isReverse: boolean,
  limit: number,
): [Uint8Array, Uint8Array][] {
  const [low, high] = [Buffer.from(lower), Buffer.from(upper)]
  const rows = view.db.getRange({
    start: isReverse ? high : low,
    end: isReverse ? low : high,
    exclusiveStart: isReverse ? true : isLowerOpen,
    inclusiveEnd: isReverse ? !isLowerOpen : false,
    reverse: isReverse,
    transaction: view.snapshot,
    ...(Number.isFinite(limit) ? { limit } : {}),
  })
  return [...rows].map(({ key, value }) => [key, value])
}

function bounds(table: Table, range: Range): { lower: Uint8Array; upper: Uint8Array; isLowerOpen: boolean } {
  const prefix = encodeKey(table, range.prefix ?? [])
  const endOfPrefix = new Uint8Array([...prefix, END_OF_PREFIX])
  return {
    lower: range.after ? encodeKey(table, range.after) : prefix,
    upper: range.before ? encodeKey(table, range.before) : endOfPrefix,
    isLowerOpen: range.after !== undefined,
  }
}

function changesWithin(changes: Changes, lower: string, upper: string, isLowerOpen: boolean): Changes {
  const within: Changes = new Map()
  for (const [name, value] of changes) {
    if (name < upper && (isLowerOpen ? name > lower : name >= lower)) within.set(name, value)
  }
  return within
}

// Pages that deletions freed count as used until LMDB takes them again: the file does not shrink.
function usedBytes(db: Database): number {
  const { pageSize, lastPageNumber } = db.getStats() as { pageSize: number; lastPageNumber: number }
  return pageSize * (lastPageNumber + 1)
}

const toBinaryString = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
const fromBinaryString = (text: string): Buffer => Buffer.from(text, 'latin1')
