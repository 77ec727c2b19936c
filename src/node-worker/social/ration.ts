/** How much strangers left here in all: counted so that it stays bounded, given back when they are strangers no more. */
import type { ReadTransaction, WriteTransaction } from '../stores/store.ts'

/** Row of `meta`. */
const TOTAL = ['offers'] as const

/** Offers held of all strangers together. */
export const totalOffers = async (tx: ReadTransaction): Promise<number> => (await tx.get<number>('meta', TOTAL)) ?? 0

/** Adds to the total, or gives back. */
export const changeTotal = async (tx: WriteTransaction, by: number): Promise<void> =>
  tx.put('meta', TOTAL, Math.max(0, (await totalOffers(tx)) + by))
