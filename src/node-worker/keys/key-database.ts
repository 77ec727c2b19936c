/**
 * The small IndexedDB database that holds a browser's device keys, apart from the store: CryptoKeys are not plain data,
 * and a store that is moved, exported or destroyed must not take them along.
 */
import { StoreUnavailableError } from '../stores/store.ts'

const TABLE = 'keys'

/** The row with the keys of this device. */
export const DEVICE_ROW = 'device'

const finished = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** A transaction is durable when it completes, not when its requests succeed. */
const completed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })

/** Rows by name, each written durably. */
export interface KeyDatabase {
  get(row: string): Promise<unknown>
  /** Rejects with a DataCloneError where the engine does not store CryptoKeys from this kind of thread. */
  put(row: string, value: unknown): Promise<void>
  delete(row: string): Promise<void>
  close(): void
}

/** Where storage is refused, some engines throw at once (SecurityError) and some fail the request (InvalidStateError). */
const open = async (name: string): Promise<IDBDatabase> => {
  const opening = indexedDB.open(name, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE)
  return finished(opening)
}

/** Opens or makes the database `name`. @throws StoreUnavailableError */
export const openKeyDatabase = async (name: string): Promise<KeyDatabase> => {
  const database = await open(name).catch((error: DOMException) => {
    throw new StoreUnavailableError('no-storage', error.message)
  })

  const write = async (change: (table: IDBObjectStore) => void): Promise<void> => {
    const transaction = database.transaction(TABLE, 'readwrite', { durability: 'strict' })
    const done = completed(transaction)
    // A put that throws leaves a transaction that commits nothing; its outcome is then of no interest.
    done.catch(() => undefined)
    change(transaction.objectStore(TABLE))
    await done
  }
  return {
    get: (row) => finished(database.transaction(TABLE).objectStore(TABLE).get(row)),
    put: (row, value) => write((table) => void table.put(value, row)),
    delete: (row) => write((table) => void table.delete(row)),
    close: () => database.close(),
  }
}
