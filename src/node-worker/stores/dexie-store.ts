/**
 * The store in browsers: one IndexedDB database through Dexie, one object store a table, tuple keys as IndexedDB's
 * own array keys (whose order is the order that store.ts asks for). The service worker reads the table `blocks` of the
 * same database with plain IndexedDB.
 */
import Dexie, { type Collection, type Table as DexieTable, type Transaction } from 'dexie'
import { installedSchema } from './installed-schema.ts'
import { checkSchema, claimSchema, SCHEMA_VERSION } from './schema.ts'
import {
  type Durability,
  type Key,
  type KeyPart,
  type Range,
  type ReadTransaction,
  type Row,
  type Store,
  StoreFullError,
  StoreUnavailableError,
  TABLES,
  type Table,
  type WriteTransaction,
} from './store.ts'
import { createTurns, type Mode } from './turns.ts'

// Dexie's types know array keys only as mutable ones.
type MutableKey = KeyPart[]
type Rows = DexieTable<unknown, MutableKey>
const mutable = (key: Key): MutableKey => key as MutableKey

/** Opens (or makes) the database. @throws StoreUnavailableError */
export async function createDexieStore(name: string): Promise<Store> {
  // Durability is fixed a connection, so there are two of them; turns order transactions across both.
  const strict = connection(name, 'strict')
  const relaxed = connection(name, 'relaxed')
  try {
    checkSchema(await installedSchema(name))
    await strict.open()
    await relaxed.open()
    return await claimSchema(storeOver(strict, relaxed))
  } catch (error) {
    strict.close()
    relaxed.close()
    throw unavailable(error)
  }
}

/** Deletes the database, if there is one. It must be closed in this thread. */
export const deleteDexieStore = (name: string): Promise<void> => Dexie.delete(name)

function storeOver(strict: Dexie, relaxed: Dexie): Store {
  const takeTurn = createTurns()
  return {
    read: (tables, run) => takeTurn('r', tables, () => transact(relaxed, 'r', tables, run)),
    write: (tables, durability, run) =>
      takeTurn('rw', tables, () => transact(durability === 'strict' ? strict : relaxed, 'rw', tables, run)),
    estimate,
    destroy: () =>
      takeTurn('rw', TABLES, async () => {
        relaxed.close()
        await strict.delete()
      }),
    close: () =>
      takeTurn('rw', TABLES, async () => {
        strict.close()
        relaxed.close()
      }),
  }
}

function connection(name: string, durability: Durability): Dexie {
  const db = new Dexie(name, { chromeTransactionDurability: durability })
  db.version(SCHEMA_VERSION).stores(Object.fromEntries(TABLES.map((table) => [table, ''])))
  return db
}

async function transact<T>(
  db: Dexie,
  mode: Mode,
  tables: readonly Table[],
  run: (tx: WriteTransaction) => Promise<T>,
): Promise<T> {
  try {
    // An async function, and tables taken from the transaction itself: Dexie then follows native awaits to the end and
    // need not guess from the call stack which transaction an operation belongs to.
    return await db.transaction(mode, [...tables], async (tx) => run(transaction(tx)))
  } catch (error) {
    throw isQuotaError(error) ? new StoreFullError('the browser refuses to store more') : error
  }
}

function transaction(tx: Transaction): WriteTransaction {
  const table = (name: Table): Rows => tx.table(name)
  const read: ReadTransaction = {
    get: <T>(name: Table, key: Key) => table(name).get(mutable(key)) as Promise<T | undefined>,
    getMany: <T>(name: Table, keys: readonly Key[]) =>
      table(name).bulkGet(keys as never[]) as Promise<(T | undefined)[]>,
    list: <T>(name: Table, range: Range = {}) => list<T>(table(name), range),
    count: (name, range = {}) => select(table(name), range).count(),
  }
  return {
    ...read,
    async put(name, key, value) {
      await table(name).put(value, mutable(key))
    },
    async putMany(name, rows) {
      await table(name).bulkPut(
        rows.map((row) => row.value),
        rows.map((row) => row.key) as never[],
      )
    },
    async delete(name, key) {
      await table(name).delete(mutable(key))
    },
    async deleteRange(name, range) {
      await select(table(name), range).delete()
    },
  }
}

function select(table: Rows, range: Range): Collection<unknown, MutableKey> {
  const prefix = range.prefix ?? []
  const lower = range.after ?? prefix
  // In IndexedDB an array sorts after numbers, strings and bytes, so [...prefix, []] ends everything under a prefix.
  const upper = range.before ?? [...prefix, []]
  const bounds = table.where(':id').between(lower, upper, range.after === undefined, false)
  const ordered = range.reverse ? bounds.reverse() : bounds
  return range.limit === undefined ? ordered : ordered.limit(range.limit)
}

async function list<T>(table: Rows, range: Range): Promise<Row<T>[]> {
  if (range.limit === 0) return []
  if (range.reverse) return listByCursor<T>(table, range)
  const [keys, values] = await Promise.all([select(table, range).primaryKeys(), select(table, range).toArray()])
  return keys.map((key, i) => ({ key: plainKey(key), value: values[i] as T }))
}

// Backwards IndexedDB has no getAll; one cursor gives keys and values together.
async function listByCursor<T>(table: Rows, range: Range): Promise<Row<T>[]> {
  const rows: Row<T>[] = []
  await select(table, range).each((value, cursor) => {
    rows.push({ key: plainKey(cursor.primaryKey), value: value as T })
  })
  return rows
}

// Binary key parts come back as ArrayBuffers.
function plainKey(key: readonly (KeyPart | ArrayBuffer)[]): Key {
  return key.map((part) => (part instanceof ArrayBuffer ? new Uint8Array(part) : part))
}

// WebKitGTK has no navigator.storage in workers: then nothing is known, which is said as such.
async function estimate(): Promise<{ used: number; quota: number | undefined }> {
  const { usage, quota } = (await globalThis.navigator.storage?.estimate()) ?? {}
  return { used: usage ?? 0, quota }
}

function isQuotaError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'QuotaExceededError') return true
  const { inner, failures } = error as { inner?: unknown; failures?: unknown[] }
  return isQuotaError(inner) || (failures ?? []).some(isQuotaError)
}

function unavailable(error: unknown): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error
  return new StoreUnavailableError('no-storage', error instanceof Error ? error.message : String(error))
}
