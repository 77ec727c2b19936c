/**
 * A store that only the newest node may write to. A node that was frozen and has been replaced wakes up with work half
 * done; its next write finds a newer epoch in the store and fails, inside the same transaction, so nothing of it lands.
 */
import { type ReadTransaction, type Store, StoreFullError, StoreUnavailableError, type Table } from '../stores/store.ts'

/** Row of the table `meta`: how many nodes have started over this store. */
const EPOCH_KEY = ['node-epoch'] as const

/** Thrown by writes of a node that has been replaced. It ends itself; its pages find the new one. */
export class SupersededError extends StoreUnavailableError {
  constructor() {
    super('in-use', 'a newer node has taken over this store')
  }
}

const withMeta = (tables: readonly Table[]): readonly Table[] =>
  tables.includes('meta') ? tables : [...tables, 'meta']

const readEpoch = async (tx: ReadTransaction): Promise<number> => (await tx.get<number>('meta', EPOCH_KEY)) ?? 0

/** Raises the epoch by one: to `expected`, or else another node has started meanwhile. */
const raiseEpoch = (store: Store, expected?: number): Promise<number> =>
  store.write(['meta'], 'strict', async (tx) => {
    const next = 1 + (await readEpoch(tx))
    if (expected !== undefined && next !== expected) throw new SupersededError()
    await tx.put('meta', EPOCH_KEY, next)
    return next
  })

/**
 * Raises the store's epoch by one and returns a store that works while nobody raises it again. On a full disk reading
 * works all the same, and the epoch is raised before the first write that finds room.
 */
export const fenceStore = async (store: Store): Promise<{ readonly store: Store; readonly epoch: number }> => {
  const raised = await raiseEpoch(store).catch((error) => {
    if (error instanceof StoreFullError) return undefined
    throw error
  })
  const epoch = raised ?? 1 + (await store.read(['meta'], readEpoch))
  let isRaised = raised !== undefined
  let raising: Promise<unknown> | undefined

  const raiseLate = async (): Promise<void> => {
    await raiseEpoch(store, epoch)
    isRaised = true
  }
  const ensureRaised = (): Promise<unknown> => {
    raising ??= raiseLate().finally(() => {
      raising = undefined
    })
    return raising
  }

  const write: Store['write'] = async (tables, durability, run) => {
    if (!isRaised) await ensureRaised()
    return store.write(withMeta(tables), durability, async (tx) => {
      if ((await readEpoch(tx)) !== epoch) throw new SupersededError()
      return run(tx)
    })
  }
  const fenced: Store = {
    read: (tables, run) => store.read(tables, run),
    write,
    estimate: () => store.estimate(),
    destroy: () => store.destroy(),
    close: () => store.close(),
  }
  return { store: fenced, epoch }
}
