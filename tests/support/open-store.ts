/** A fresh, empty store of the kind that belongs to where the test runs: Dexie in browsers, LMDB on Node. */
import type { Store } from '../../src/node-worker/stores/store.ts'
import { isBrowser, nodeModule } from './node-module.ts'

let count = 0

/** Opens the store called `name` again, or makes it. */
export const openNamedStore = async (name: string): Promise<Store> => {
  if (isBrowser) {
    const { createDexieStore } = await import('../../src/node-worker/stores/dexie-store.ts')
    return createDexieStore(name)
  }
  const { openLmdbStore } = await import('../../src/node-worker/stores/lmdb-store.ts')
  const { tmpdir } = await nodeModule<typeof import('node:os')>('os')
  return openLmdbStore(`${tmpdir()}/${name}`)
}

/** A name no other test uses. */
export const freshStoreName = (): string => `kith-test-${Date.now()}-${Math.random().toString(36).slice(2)}-${count++}`

/** A fresh store; call its `destroy()` at the end of the test. */
export const openTestStore = (): Promise<Store> => openNamedStore(freshStoreName())
