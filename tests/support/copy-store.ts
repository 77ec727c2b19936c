/** A backup of a data folder: every row of a store, put into a fresh one. */
import { type Store, TABLES } from '../../src/node-worker/stores/store.ts'
import { openTestStore } from './open-store.ts'

/** See the module's doc. */
export const copyStore = async (store: Store): Promise<Store> => {
  const copy = await openTestStore()
  for (const table of TABLES) {
    const rows = await store.read([table], (tx) => tx.list(table))
    await copy.write([table], 'strict', (tx) => tx.putMany(table, rows))
  }
  return copy
}
