/** Own entries about other people's that those people's devices should be offered: rows ['offer', person, entry id]. */
import type { EntryPosition } from '../log/log-service.ts'
import type { ReadTransaction, WriteTransaction } from '../stores/store.ts'

/** Own entries that wait to be offered to one person. */
export const MAX_PENDING_PER_PERSON = 256

/** One waiting offer. */
export interface WaitingOffer extends EntryPosition {
  readonly person: string
  readonly id: string
}

/** Remembers an offer; beyond the limit the oldest are offered first and new ones are not remembered. */
export const addPendingOffer = async (tx: WriteTransaction, offer: WaitingOffer): Promise<void> => {
  const { person, id, device, log, seq } = offer
  if ((await tx.count('queue', { prefix: ['offer', person] })) >= MAX_PENDING_PER_PERSON) return
  await tx.put('queue', ['offer', person, id], { device, log, seq } satisfies EntryPosition)
}

/** Offers that wait for one person, oldest first. */
export const listPendingOffers = async (tx: ReadTransaction, person: string): Promise<WaitingOffer[]> => {
  const rows = await tx.list<EntryPosition>('queue', { prefix: ['offer', person] })
  return rows
    .map(({ key, value }) => ({ person, id: key[2] as string, ...value }))
    .sort((a, b) => a.log - b.log || a.seq - b.seq)
}

/** Everyone for whom an offer waits. */
export const listPendingPersons = async (tx: ReadTransaction): Promise<string[]> => {
  const rows = await tx.list('queue', { prefix: ['offer'] })
  return [...new Set(rows.map(({ key }) => key[1] as string))]
}
