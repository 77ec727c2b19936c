/** Who holds copies of one thing: what a row of dots says when it is tapped. Asked for only while somebody looks. */
import { MAX_PIECES } from '../../core/placement/redundancy.ts'
import { type CopyDetails, type CopyHolder, MAX_SHOWN_HOLDERS } from '../../rpc/views.ts'
import type { QueryHandlers } from '../api/query-handlers.ts'
import type { InternalServices } from '../internal-services.ts'
import type { HeldCopy } from '../log/copies.ts'
import type { EntryPosition } from '../log/log-service.ts'
import type { NoteBook } from '../notes/note-book.ts'
import { noteCopiesAt } from '../notes/note-queries.ts'
import type { Self } from '../person/account.ts'
import { idOfItem } from '../person/item-copies.ts'
import type { Connection } from '../services.ts'
import { getEntry } from '../social/rows.ts'

/** What counts first, then what is always on, then who said so last. */
const byWorth = (a: HeldCopy, b: HeldCopy): number =>
  Number(b.live) - Number(a.live) || Number(b.alwaysOn) - Number(a.alwaysOn) || b.confirmed - a.confirmed

/** Answers `copies`. */
export const copyQueries = (
  services: InternalServices,
  book: NoteBook,
  connection: Connection,
): Pick<QueryHandlers, 'copies'> => {
  const { account, copies, personCard, platform, settings } = services

  const postAt = async (self: Self, entry: string): Promise<EntryPosition | undefined> => {
    const row = await platform.store.read(['posts'], (tx) => getEntry(tx, entry))
    return row && row.kind !== 'gone' && row.person === self.person ? row : undefined
  }

  const detailsOf = async (self: Self, position: EntryPosition, item: string): Promise<CopyDetails> => {
    const held = [...copies.holders(position)].sort(byWorth)
    const sessions = connection.view().sessions.filter(({ carrier }) => carrier !== 'none')
    const connected = new Set(sessions.map(({ device }) => device))
    const holders = held.slice(0, MAX_SHOWN_HOLDERS).map(
      ({ person, ...copy }): CopyHolder => ({
        ...copy,
        person: personCard(person),
        own: person === self.person,
        connected: connected.has(copy.device),
      }),
    )
    const { copies: everything, chosen } = settings.wanted()
    const safety = await (await connection.safety())?.ofItem(item)
    return {
      copies: copies.copies(position, settings.copiesOf(item) - 1),
      holders,
      more: held.length - holders.length,
      everything,
      most: MAX_PIECES,
      ...(chosen.has(item) && { chosen: chosen.get(item)! }),
      ...(safety && { safety }),
    }
  }

  return {
    copies: {
      topics: () => ['copies', 'connection', 'people', 'settings', 'leases', 'economy', 'session'],
      async run(input) {
        const self = account.self()
        if (!self) return undefined
        const position = await ('note' in input ? noteCopiesAt(self, book, input.note) : postAt(self, input.entry))
        return position && detailsOf(self, position, idOfItem(input))
      },
    },
  }
}
