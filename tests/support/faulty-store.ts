/** A store that finds its disk full when the test says so. */
import { type Store, StoreFullError } from '../../src/node-worker/stores/store.ts'

/** See the module's doc. */
export interface FaultyStore extends Store {
  /** Writes that still succeed; everything after them finds the disk full. */
  room: number
  /** Writes that were tried. */
  readonly writes: number
}

/** Wraps a store; there is room at first. */
export const faultyStore = (store: Store): FaultyStore => {
  let writes = 0
  const faulty: FaultyStore = {
    ...store,
    room: Number.POSITIVE_INFINITY,
    get writes() {
      return writes
    },
    write(tables, durability, run) {
      writes++
      return store.write(tables, durability, async (tx) => {
        const value = await run(tx)
        // At the end of the transaction, as disks do: all of it is undone.
        if (faulty.room <= 0) throw new StoreFullError('no room in this test')
        faulty.room--
        return value
      })
    },
  }
  return faulty
}
