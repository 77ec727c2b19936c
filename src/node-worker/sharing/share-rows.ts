/**
 * Shares as rows. That a note is shared stands in the account state, so that every device of the person knows it; what
 * each device made of it (a record, blocks) stands beside it and goes to nobody.
 */
import { hasKeys, isCount, isRecord } from '../../core/cbor.ts'
import { MAX_EPOCHS } from '../../core/identity/account-secret.ts'
import type { ShareEnd } from '../../rpc/sharing.ts'
import { isNoteId } from '../notes/note-entries.ts'
import type { StateRow } from '../person/account-state.ts'
import type { Key, ReadTransaction } from '../stores/store.ts'

/** Random bytes of a share's id. */
export const SHARE_ID_BYTES = 16

const STATE = 'share/'
const REFERENCE = 'share/'
/** Sorts behind every key of a share. */
const BEHIND_SHARES = 'share0'
const ENDS: readonly unknown[] = ['stopped', 'device-removed', 'note-deleted'] satisfies readonly ShareEnd[]

/** The value of a `share/ID` key of the account state. */
export interface Share {
  readonly note: string
  /** Epoch of the account secret from which its slot was derived. */
  readonly epoch: number
  readonly ended: ShareEnd | null
}

/** A share as the account state has it. */
export interface KnownShare extends Share {
  readonly id: string
  /** When it was made or, if it has ended, when that was. */
  readonly time: number
}

/** Row of `meta` under ['shared', storage key]: what this device keeps under the key of a share. */
export interface SharedRow {
  readonly share: string
  /** Of the note as it was last sealed, keyed by its readers' key; null for the last word of a share. */
  readonly digest: Uint8Array | null
  /** Hash of the record that this device made. */
  readonly hash: Uint8Array
  /** CIDs of the blocks that it names. */
  readonly blocks: readonly string[]
}

/** The key of a share in the account state. */
export const shareStateKey = (id: string): `share/${string}` => `${STATE}${id}`

/** The name under which blocks of a share are kept. */
export const shareReference = (id: string): string => `${REFERENCE}${id}`

/** Whether a block is kept for a share. */
export const isShareReference = (name: string): boolean => name.startsWith(REFERENCE)

/** The key of what this device keeps under a storage key. */
export const sharedKey = (key: Uint8Array): Key => ['shared', key]

const readShare = (value: unknown): Share | undefined => {
  if (!isRecord(value) || !hasKeys(value, ['note', 'epoch', 'ended'])) return undefined
  const { note, epoch, ended } = value
  if (!isNoteId(note) || !isCount(epoch, MAX_EPOCHS - 1)) return undefined
  if (ended !== null && !ENDS.includes(ended)) return undefined
  return { note, epoch, ended: ended as ShareEnd | null }
}

/** All shares, ended ones among them, inside a transaction over `meta`; the newest first. */
export const listShares = async (tx: ReadTransaction): Promise<KnownShare[]> => {
  const within = { after: ['state', STATE], before: ['state', BEHIND_SHARES] }
  const rows = await tx.list<StateRow>('meta', within)
  const shares = rows.flatMap(({ key, value: { value, time } }) => {
    const share = readShare(value)
    return share ? [{ id: String(key[1]).slice(STATE.length), time, ...share }] : []
  })
  return shares.sort((a, b) => b.time - a.time)
}

/** The storage keys under which this device keeps something for shares. */
export const listSharedKeys = async (tx: ReadTransaction): Promise<Uint8Array[]> =>
  (await tx.list('meta', { prefix: ['shared'] })).map(({ key }) => key[1] as Uint8Array)
