/** Blocks that a browser keeps for other people: under leases, or in place of a holder that was lost. */
import type { Page } from '../../support/e2e.ts'

/** Reads the store of this page's origin past the app. @returns hex of each CID */
export const leasedBlocks = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const hex = (bytes: ArrayBuffer): string =>
      [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const database = await done(indexedDB.open('kith'))
    try {
      const keys = await done(database.transaction('blockMeta').objectStore('blockMeta').getAllKeys())
      const rows = keys as unknown as readonly (readonly [ArrayBuffer, string?])[]
      return rows.filter(([, kind]) => kind === 'leased').map(([cid]) => hex(cid))
    } finally {
      database.close()
    }
  })
