/**
 * A store that is watched for room, so that whoever writes, a request, a session or a start, says when the disk is full
 * [N24]. A deletion that works proves nothing, and neither does a small write after a large one was refused: room is
 * there again once as much was stored as did not fit.
 */
import { MAX_BLOCK_BYTES } from '../../core/limits.ts'
import { type Store, StoreFullError, type WriteTransaction } from '../stores/store.ts'

/**
 * So many bytes stored are proof enough of room, however large the write that was refused: others send nothing larger
 * than a block, and somebody who gave up a large picture must not read of a full disk for ever.
 */
export const PROOF_OF_ROOM_BYTES = MAX_BLOCK_BYTES

/** Whether there is room for what comes. */
export interface Fullness {
  isFull(): boolean
  /** Called with each change. @returns stops it */
  onChange(handler: (isFull: boolean) => void): () => void
}

/** What a number, a length or a name costs, roughly: what matters is that the same row always weighs the same. */
const SMALL = 8

/** Bytes of plain data, roughly. */
const weightOf = (value: unknown): number => {
  if (value instanceof Uint8Array) return SMALL + value.length
  if (typeof value === 'string') return SMALL + value.length
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + weightOf(item), SMALL)
  if (typeof value !== 'object' || value === null) return SMALL
  return Object.values(value).reduce<number>((sum, item) => sum + SMALL + weightOf(item), SMALL)
}

/** The transaction with every row that is put weighed. */
const weighing = (tx: WriteTransaction, add: (bytes: number) => void): WriteTransaction => ({
  ...tx,
  put(table, key, value) {
    add(weightOf(value))
    return tx.put(table, key, value)
  },
  putMany(table, rows) {
    for (const { value } of rows) add(weightOf(value))
    return tx.putMany(table, rows)
  },
})

/** Follows how writes end. */
const createGauge = () => {
  const handlers = new Set<(isFull: boolean) => void>()
  let isFull = false
  /** Bytes still to be stored before the disk counts as having room. */
  let needed = 0
  const set = (next: boolean): void => {
    if (next === isFull) return
    isFull = next
    for (const handler of [...handlers]) handler(next)
  }
  const fullness: Fullness = {
    isFull: () => isFull,
    onChange(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
  return {
    fullness,
    refused(bytes: number): void {
      needed = Math.max(needed, Math.min(bytes, PROOF_OF_ROOM_BYTES))
      set(true)
    },
    stored(bytes: number): void {
      if (!isFull || bytes === 0) return
      needed = Math.max(0, needed - bytes)
      if (needed === 0) set(false)
    },
  }
}

/** Watches every write to `store`. */
export const watchStore = (store: Store): { readonly store: Store; readonly fullness: Fullness } => {
  const gauge = createGauge()
  const write: Store['write'] = async (tables, durability, run) => {
    let bytes = 0
    try {
      const value = await store.write(tables, durability, (tx) => {
        bytes = 0
        return run(weighing(tx, (more) => (bytes += more)))
      })
      gauge.stored(bytes)
      return value
    } catch (error) {
      if (error instanceof StoreFullError) gauge.refused(bytes)
      throw error
    }
  }
  const watched: Store = {
    read: (tables, run) => store.read(tables, run),
    write,
    estimate: () => store.estimate(),
    destroy: () => store.destroy(),
    close: () => store.close(),
  }
  return { store: watched, fullness: gauge.fullness }
}
