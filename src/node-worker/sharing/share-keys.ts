/**
 * Names of what is kept for shares, apart from what reads it: what a node needs of shares before anything is shared.
 */
import type { ShareEnd } from '../../rpc/sharing.ts'
import type { Key, ReadTransaction } from '../stores/store.ts'

const PREFIX = 'share/'

/** The value of a `share/ID` key of the account state. */
export interface Share {
  readonly note: string
  /** Epoch of the account secret from which its slot was derived. */
  readonly epoch: number
  readonly ended: ShareEnd | null
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
export const shareStateKey = (id: string): `share/${string}` => `${PREFIX}${id}`

/** The name under which blocks of a share are kept. */
export const shareReference = (id: string): string => `${PREFIX}${id}`

/** Whether a block is kept for a share. */
export const isShareReference = (name: string): boolean => name.startsWith(PREFIX)

/** The key of what this device keeps under a storage key. */
export const sharedKey = (key: Uint8Array): Key => ['shared', key]

/** The storage keys under which this device keeps something for shares. */
export const listSharedKeys = async (tx: ReadTransaction): Promise<Uint8Array[]> =>
  (await tx.list('meta', { prefix: ['shared'] })).map(({ key }) => key[1] as Uint8Array)
