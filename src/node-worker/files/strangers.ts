/**
 * Room for what strangers refer to. Their pictures are stored only when somebody looks at them, and then count against
 * a ration: one of each stranger, beyond which nothing more of them is taken, and one of all strangers together, beyond
 * which what was looked at first gives way (it comes again when it is looked at again).
 */
import type { ReadTransaction, WriteTransaction } from '../stores/store.ts'

/** Bytes that are kept of what one stranger refers to: room for some 25 pictures as the app makes them. */
export const MAX_STRANGER_BYTES = 16_777_216
/** Bytes that are kept of what all strangers refer to. */
export const MAX_STRANGERS_BYTES = 268_435_456

/** Says of a block that it counts against a ration. */
export interface Charge {
  readonly person: string
  /** Where it stands in the order in which blocks give way. */
  readonly place: number
}

/** Row of `meta` under ['looked']. */
interface Total {
  readonly bytes: number
  /** Place of the next block. */
  readonly next: number
}

const TOTAL = ['looked'] as const
const EMPTY: Total = { bytes: 0, next: 0 }
const usedKey = (person: string) => ['looked', person] as const
const placeKey = (place: number) => ['looked', place] as const

const totalOf = async (tx: ReadTransaction): Promise<Total> => (await tx.get<Total>('meta', TOTAL)) ?? EMPTY

const usedBy = async (tx: ReadTransaction, person: string): Promise<number> =>
  (await tx.get<number>('meta', usedKey(person))) ?? 0

/** Bytes that may still be stored of what a stranger refers to. */
export const roomOf = async (tx: ReadTransaction, person: string): Promise<number> =>
  Math.max(0, MAX_STRANGER_BYTES - (await usedBy(tx, person)))

/** Counts a block against the ration of a stranger; whether there is room is asked before. */
export const chargeStranger = async (
  tx: WriteTransaction,
  person: string,
  cid: string,
  size: number,
): Promise<Charge> => {
  const { bytes, next } = await totalOf(tx)
  await tx.put('meta', TOTAL, { bytes: bytes + size, next: next + 1 } satisfies Total)
  await tx.put('meta', usedKey(person), (await usedBy(tx, person)) + size)
  await tx.put('queue', placeKey(next), cid)
  return { person, place: next }
}

/** Gives back what a block counted. */
export const refundStranger = async (tx: WriteTransaction, { person, place }: Charge, size: number): Promise<void> => {
  const total = await totalOf(tx)
  await tx.put('meta', TOTAL, { ...total, bytes: Math.max(0, total.bytes - size) } satisfies Total)
  const left = (await usedBy(tx, person)) - size
  if (left > 0) await tx.put('meta', usedKey(person), left)
  else await tx.delete('meta', usedKey(person))
  await tx.delete('queue', placeKey(place))
}

/** Takes the block that gives way for `size` more bytes out of the order, if one has to. */
export const takeFirst = async (tx: WriteTransaction, size: number): Promise<string | undefined> => {
  if ((await totalOf(tx)).bytes + size <= MAX_STRANGERS_BYTES) return undefined
  const [first] = await tx.list<string>('queue', { prefix: ['looked'], limit: 1 })
  if (first) await tx.delete('queue', first.key)
  return first?.value
}
