/** Everything that a browser has stored of one person, as digests: to compare two stores byte for byte. */
import type { Page } from '../../support/e2e.ts'

/** SHA-256 in hex of each payload, by `device log seq`, and of each block, by the hex of its CID. */
export interface StoreDigest {
  readonly entries: Readonly<Record<string, string>>
  readonly blocks: Readonly<Record<string, string>>
  /** Bytes of the blocks. */
  readonly blockBytes: number
}

/** Reads the store of this page's origin past the app: the payloads of the person's logs, and all blocks but those of key events. */
export const digestStore = (page: Page): Promise<StoreDigest> =>
  page.evaluate(async () => {
    const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const digest = async (bytes: Uint8Array): Promise<string> =>
      hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)))
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await done(indexedDB.open('kith'))
    try {
      const all = async <V>(table: string): Promise<{ key: readonly unknown[]; value: V }[]> => {
        const store = database.transaction(table).objectStore(table)
        const [keys, values] = await Promise.all([done(store.getAllKeys()), done<V[]>(store.getAll())])
        return values.map((value, i) => ({ key: keys[i] as unknown as unknown[], value }))
      }
      const bytesOf = (part: unknown): Uint8Array => new Uint8Array(part as ArrayBuffer)
      const account = (await all<{ person?: string }>('meta')).find(({ value }) => value?.person !== undefined)
      const own = (await all<{ person: string }>('logs')).filter(({ value }) => value.person === account?.value.person)
      const logs = new Set(own.map(({ key: [device, log] }) => `${hex(bytesOf(device))} ${log}`))
      const entries: Record<string, string> = {}
      for (const { key, value } of await all<(Uint8Array | null)[]>('payloads')) {
        const name = `${hex(bytesOf(key[0]))} ${key[1]}`
        if (!logs.has(name)) continue
        for (const [i, payload] of value.entries())
          if (payload) entries[`${name} ${Number(key[2]) + i}`] = await digest(payload)
      }
      // Blocks of key events are made anew with every device.
      const reasons = await all<unknown>('blockMeta')
      const ofKeys = new Set(
        reasons.flatMap(({ key }) => (String(key[3] ?? '').startsWith('keys') ? [hex(bytesOf(key[0]))] : [])),
      )
      const blocks: Record<string, string> = {}
      let blockBytes = 0
      for (const { key, value } of await all<Uint8Array>('blocks')) {
        const name = hex(bytesOf(key[0]))
        if (ofKeys.has(name)) continue
        blocks[name] = await digest(value)
        blockBytes += value.length
      }
      return { entries, blocks, blockBytes }
    } finally {
      database.close()
    }
  })
