/** Who is in the home feed: oneself and the people followed. */
import type { WriteTransaction } from '../stores/store.ts'
import { Feed, listFeed } from './rows.ts'

/** Puts what is held of a person's posts into the home feed. */
export const showInHome = async (tx: WriteTransaction, person: string): Promise<void> => {
  const places = await listFeed(tx, Feed.person(person))
  await tx.putMany(
    'feeds',
    places.map(({ time, id }) => ({ key: [Feed.home, time, id], value: 0 })),
  )
}

/** Takes a person's posts out of the home feed. */
export const hideFromHome = async (tx: WriteTransaction, person: string): Promise<void> => {
  for (const { time, id } of await listFeed(tx, Feed.person(person))) await tx.delete('feeds', [Feed.home, time, id])
}
