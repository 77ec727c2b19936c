/**
 * Shares as rows. That a note is shared stands in the account state, so that every device of the person knows it; what
 * each device made of it (a record, blocks) stands beside it and goes to nobody.
 */
import { hasKeys, isCount, isRecord } from '../../core/cbor.ts'
import { MAX_EPOCHS } from '../../core/identity/account-secret.ts'
import type { ShareEnd } from '../../rpc/sharing.ts'
import { isNoteId } from '../notes/note-entries.ts'
import { listState } from '../person/account-state.ts'
import type { ReadTransaction } from '../stores/store.ts'
import type { Share } from './share-keys.ts'

/** Random bytes of a share's id. */
export const SHARE_ID_BYTES = 16

const ENDS: readonly unknown[] = ['stopped', 'device-removed', 'note-deleted'] satisfies readonly ShareEnd[]

/** A share as the account state has it. */
export interface KnownShare extends Share {
  readonly id: string
  /** When it was made or, if it has ended, when that was. */
  readonly time: number
}

const readShare = (value: unknown): Share | undefined => {
  if (!isRecord(value) || !hasKeys(value, ['note', 'epoch', 'ended'])) return undefined
  const { note, epoch, ended } = value
  if (!isNoteId(note) || !isCount(epoch, MAX_EPOCHS - 1)) return undefined
  if (ended !== null && !ENDS.includes(ended)) return undefined
  return { note, epoch, ended: ended as ShareEnd | null }
}

/** All shares, ended ones among them, inside a transaction over `meta`; the newest first. */
export const listShares = async (tx: ReadTransaction): Promise<KnownShare[]> => {
  const rows = await listState(tx, 'share')
  const shares = [...rows].flatMap(([id, { value, time }]) => {
    const share = readShare(value)
    return share ? [{ id, time, ...share }] : []
  })
  return shares.sort((a, b) => b.time - a.time)
}
