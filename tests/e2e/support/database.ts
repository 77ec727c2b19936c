/** What a browser has stored, read with plain IndexedDB from one of its pages, past everything the app says about it. */
import type { Page } from '../../support/e2e.ts'

/** One log as it is held: how far, with which head, and which runs. */
export interface HeldLog {
  readonly device: string
  readonly log: number
  readonly seq: number
  readonly hash: string
  readonly ranges: string
}

/** The public logs in the store of this page's origin, in the order of their devices. */
export const heldLogs = (page: Page): Promise<HeldLog[]> =>
  page.evaluate(async () => {
    const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await done(indexedDB.open('kith'))
    try {
      const store = database.transaction('logs').objectStore('logs')
      const [keys, rows] = await Promise.all([done(store.getAllKeys()), done(store.getAll())])
      const held = rows.map(({ seq, hash, ranges }, i) => {
        const [device, log] = keys[i] as unknown as [ArrayBuffer, number]
        return { device: hex(new Uint8Array(device)), log, seq, hash: hex(hash), ranges: JSON.stringify(ranges) }
      })
      return held.filter(({ log }) => log === 0)
    } finally {
      database.close()
    }
  })

/** How many posts are in the home feed, and how many were counted when they came, in all persons. */
export const countPosts = (page: Page): Promise<{ readonly shown: number; readonly counted: number }> =>
  page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await done(indexedDB.open('kith'))
    try {
      const transaction = database.transaction(['feeds', 'persons'])
      const [shown, persons] = await Promise.all([
        done(transaction.objectStore('feeds').count(IDBKeyRange.bound(['home'], ['home', []]))),
        done<{ posts: number }[]>(transaction.objectStore('persons').getAll()),
      ])
      return { shown, counted: persons.reduce((sum, { posts }) => sum + posts, 0) }
    } finally {
      database.close()
    }
  })

/** The names of the blocks in the store of this page's origin: hex of each CID. */
export const heldBlocks = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await done(indexedDB.open('kith'))
    try {
      const keys = await done(database.transaction('blocks').objectStore('blocks').getAllKeys())
      return keys.map((key) => {
        const bytes = new Uint8Array((key as [ArrayBuffer])[0])
        return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      })
    } finally {
      database.close()
    }
  })
