/** Who is in the home feed: oneself and the people followed. */
import { referFile } from '../files/references.ts'
import type { WriteTransaction } from '../stores/store.ts'
import { type EntryRow, Feed, listFeed } from './rows.ts'

/** Puts what is held of a person's posts into the home feed. Their pictures are wanted from now on. */
export const showInHome = async (tx: WriteTransaction, person: string): Promise<void> => {
  const places = await listFeed(tx, Feed.person(person))
  await tx.putMany(
    'feeds',
    places.map(({ time, id }) => ({ key: [Feed.home, time, id], value: 0 })),
  )
  const rows = await tx.getMany<EntryRow>(
    'posts',
    places.map(({ id }) => [id]),
  )
  for (const [i, row] of rows.entries()) {
    const pictures = row?.kind === 'post' ? row.pictures : []
    for (const { file } of pictures) await referFile(tx, file, { name: places[i]!.id, person })
  }
}

/** Takes a person's posts out of the home feed. */
export const hideFromHome = async (tx: WriteTransaction, person: string): Promise<void> => {
  for (const { time, id } of await listFeed(tx, Feed.person(person))) await tx.delete('feeds', [Feed.home, time, id])
}
