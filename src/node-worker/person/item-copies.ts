/** Choosing how many copies of one post or note are wanted. Rule Q40 of docs/protocol. */
import { MAX_PIECES } from '../../core/placement/redundancy.ts'
import { err } from '../../core/result.ts'
import type { ItemId } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import { isNoteId } from '../notes/note-entries.ts'
import { getNote } from '../notes/note-rows.ts'
import { getEntry } from '../social/rows.ts'
import type { ReadTransaction } from '../stores/store.ts'
import { changeState } from './change-state.ts'
import { isCopies } from './settings.ts'

/** The id under which a choice stands. */
export const idOfItem = (item: ItemId): string => ('note' in item ? item.note : item.entry)

const isOwnPost = async (tx: ReadTransaction, entry: string, person: string | undefined): Promise<boolean> => {
  const row = await getEntry(tx, entry)
  return row?.kind === 'post' && row.person === person
}

/** Answers `choose-copies`. */
export const itemCopiesRequests = (services: InternalServices): Pick<RequestHandlers, 'choose-copies'> => {
  const { account, platform } = services

  const refusalOf = (item: ItemId): Promise<KithError | undefined> =>
    platform.store.read(['posts', 'notes'], async (tx) => {
      if ('note' in item) {
        const isHere = isNoteId(item.note) && (await getNote(tx, item.note)) !== undefined
        return isHere ? undefined : ({ type: 'not-found', what: 'note' } as const)
      }
      const isHere = await isOwnPost(tx, item.entry, account.self()?.person)
      return isHere ? undefined : ({ type: 'not-found', what: 'post' } as const)
    })

  return {
    async 'choose-copies'({ item, copies }, context) {
      if (copies !== null && !isCopies(copies)) {
        return err({ type: 'out-of-range', what: 'copies', least: 1, most: MAX_PIECES })
      }
      const refusal = await refusalOf(item)
      if (refusal) return err(refusal)
      return changeState(services, { [`copies/${idOfItem(item)}`]: copies }, {}, context)
    },
  }
}
