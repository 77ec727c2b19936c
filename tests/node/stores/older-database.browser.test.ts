import { expect } from 'chai'
import { createDexieStore } from '../../../src/node-worker/stores/dexie-store.ts'
import { SCHEMA_KEY, SCHEMA_VERSION } from '../../../src/node-worker/stores/schema.ts'
import { TABLES } from '../../../src/node-worker/stores/store.ts'
import { freshStoreName } from '../../support/open-store.ts'
import { describe, it } from '../../support/runner.ts'

/** Tables that came after the first version. */
const LATER: readonly string[] = ['economy']

/** A database as the first version left it. */
const makeFirst = (name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 10)
    request.onupgradeneeded = () => {
      for (const table of TABLES) if (!LATER.includes(table)) request.result.createObjectStore(table)
      const meta = request.transaction!.objectStore('meta')
      meta.put(1, [...SCHEMA_KEY] as IDBValidKey)
      meta.put({ kept: true }, ['account'])
    }
    request.onsuccess = () => {
      request.result.close()
      resolve()
    }
    request.onerror = () => reject(request.error)
  })

describe('a database of an older build', () => {
  it('[ST11] opens with everything that is in it, and with the tables that came later', async () => {
    const name = freshStoreName()
    await makeFirst(name)
    const store = await createDexieStore(name)
    expect(await store.read(['meta'], (tx) => tx.get('meta', ['account']))).to.deep.equal({ kept: true })
    expect(await store.read(['meta'], (tx) => tx.get('meta', SCHEMA_KEY))).to.equal(SCHEMA_VERSION)
    await store.write(['economy'], 'strict', (tx) => tx.put('economy', ['said', 'x'], 1))
    expect(await store.read(['economy'], (tx) => tx.count('economy'))).to.equal(1)
    await store.destroy()
  })
})
