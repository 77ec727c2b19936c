/**
 * The schema version of an IndexedDB database, found out without Dexie: Dexie opens a newer database as if it were its
 * own and adds to it what it misses there.
 */
import { SCHEMA_KEY } from './schema.ts'

/** Dexie's version numbers are tenths of IndexedDB's; its own repairs raise the last digit. */
const NATIVE_STEP = 10

/** Opens the database as it is; undefined when there is none, and none is made. */
const openAsIs = (name: string): Promise<IDBDatabase | undefined> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(name)
    let isNew = false
    request.onupgradeneeded = () => {
      isNew = true
      request.transaction?.abort()
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = (event) => {
      // Firefox reports the abort as an error of the page otherwise.
      event.preventDefault()
      if (isNew) resolve(undefined)
      else reject(request.error)
    }
  })

const readRow = (db: IDBDatabase): Promise<unknown> =>
  new Promise((resolve, reject) => {
    if (!db.objectStoreNames.contains('meta')) return resolve(undefined)
    const request = db
      .transaction('meta')
      .objectStore('meta')
      .get([...SCHEMA_KEY] as IDBValidKey)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** The version that the database was written with; undefined when there is no database. Rejects without storage. */
export const installedSchema = async (name: string): Promise<number | undefined> => {
  const db = await openAsIs(name)
  if (!db) return undefined
  try {
    const row = await readRow(db)
    return Math.max(Math.floor(db.version / NATIVE_STEP), typeof row === 'number' ? row : 0)
  } finally {
    db.close()
  }
}
