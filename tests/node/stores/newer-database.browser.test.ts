import { expect } from 'chai'
import { createDexieStore } from '../../../src/node-worker/stores/dexie-store.ts'
import { SCHEMA_VERSION } from '../../../src/node-worker/stores/schema.ts'
import { StoreUnavailableError } from '../../../src/node-worker/stores/store.ts'
import { freshStoreName } from '../../support/open-store.ts'
import { describe, it } from '../../support/runner.ts'

const open = (name: string, version?: number): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('of-the-future')
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

describe('a database of a newer build', () => {
  it('[ST11] is refused before anything in it is changed', async () => {
    const name = freshStoreName()
    const version = (SCHEMA_VERSION + 1) * 10
    ;(await open(name, version)).close()
    const refused = await createDexieStore(name).catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(StoreUnavailableError)
    expect((refused as StoreUnavailableError).reason).to.equal('newer-version')
    const left = await open(name)
    expect(left.version).to.equal(version)
    expect([...left.objectStoreNames]).to.deep.equal(['of-the-future'])
    left.close()
    indexedDB.deleteDatabase(name)
  })
})
