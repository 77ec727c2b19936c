/** Takes blocks out of a browser's store behind the app's back, as a failing disk would. */
import type { Page } from '../../support/e2e.ts'

/** The key of the largest block that this page's origin has, in hex. */
export const largestBlock = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await done(indexedDB.open('kith'))
    try {
      const store = database.transaction('blocks').objectStore('blocks')
      const [keys, values] = await Promise.all([done(store.getAllKeys()), done<Uint8Array[]>(store.getAll())])
      const sizes = values.map(({ byteLength }) => byteLength)
      const [cid] = keys[sizes.indexOf(Math.max(...sizes))] as [ArrayBuffer]
      return [...new Uint8Array(cid)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    } finally {
      database.close()
    }
  })

/** Deletes the bytes of one block; whatever says that it is there stays. @returns how many rows went */
export const deleteBlock = (page: Page, block: string): Promise<number> =>
  page.evaluate(async (name) => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await done(indexedDB.open('kith'))
    try {
      const store = database.transaction('blocks', 'readwrite').objectStore('blocks')
      const key = [Uint8Array.from(name.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))]
      const count = await done(store.count(key))
      await done(store.delete(key))
      return count
    } finally {
      database.close()
    }
  }, block)
